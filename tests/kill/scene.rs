//! A folder as a saver finds it, and what may be there once the saver is gone, however it went.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use jeton::source::token_file::{self, Locked};

/// What the file holds before, and what the saver saves: pairs of an access and a refresh token.
const OLD: &str = r#"{"access":"old","refresh":"old"}"#;
pub const NEW: &str = r#"{"access":"new","refresh":"new"}"#;
const DAMAGED: &str = r#"{"access":"old","ref"#;

/// How a saver finds the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    Old,
    /// And what a killed saver left behind.
    OldAndHalf,
    Damaged,
    NoFolder,
}

pub const ALL: [Before; 4] = [Before::Old, Before::OldAndHalf, Before::Damaged, Before::NoFolder];

pub struct Scene {
    before: Before,
    folder: PathBuf,
}

impl Scene {
    pub fn new(before: Before) -> Scene {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let name = format!("jeton-kill-{}-{}", std::process::id(), LAST.fetch_add(1, Ordering::Relaxed));
        let scene = Scene { before, folder: std::env::temp_dir().join(name) };
        if before != Before::NoFolder {
            fs::create_dir(&scene.folder).unwrap();
        }
        match before {
            Before::Old => scene.write("", OLD),
            Before::OldAndHalf => {
                scene.write("", OLD);
                scene.write(".new", DAMAGED);
            }
            Before::Damaged => scene.write("", DAMAGED),
            Before::NoFolder => {}
        }
        scene
    }

    pub fn file(&self) -> PathBuf {
        self.folder.join("token.json")
    }

    /// Whether the new pair is there. A file that is neither old nor new is a failure.
    pub fn is_new(&self) -> bool {
        let found = token_file::read(&self.file()).unwrap().map(|contents| contents.bytes.to_vec());
        match (found.as_deref().map(|bytes| str::from_utf8(bytes).unwrap()), self.before) {
            (Some(NEW), _) => true,
            (Some(OLD), Before::Old | Before::OldAndHalf) => false,
            (Some(DAMAGED), Before::Damaged) => false,
            (None, Before::NoFolder) => false,
            // There was no pair to lose, and what there was is not lost.
            (None, Before::Damaged) => {
                assert_eq!(fs::read_to_string(self.beside(".corrupt")).unwrap(), DAMAGED);
                false
            }
            (found, before) => panic!("{before:?}: neither old nor new: {found:?}"),
        }
    }

    /// Whoever comes next finds nothing in the way: no lock, and no remains once it has saved.
    pub fn goes_on(&self) {
        Locked::try_take(&self.file()).unwrap().expect("the lock ends with its process").save(NEW.as_bytes()).unwrap();
        assert!(self.is_new());
        for entry in fs::read_dir(&self.folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            assert!(["token.json", "token.json.lock", "token.json.corrupt"].contains(&name.as_str()), "{name} remains");
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
    }

    fn write(&self, suffix: &str, text: &str) {
        fs::write(self.beside(suffix), text).unwrap();
    }

    pub fn beside(&self, suffix: &str) -> PathBuf {
        Path::new(&format!("{}{suffix}", self.file().display())).to_owned()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
