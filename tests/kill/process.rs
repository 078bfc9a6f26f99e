//! What has to do with processes as a whole: who has the lock, with which umask files are made, and whose they are.

use std::env;
use std::fs;
use std::io::{Read, Write, pipe};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use jeton::error::Status;
use jeton::source::token_file::{self, Locked};

use super::scene::{Before, NEW, Scene};

/// Whoever is forked while its parent has the lock lives on, and the lock does not.
pub fn a_lock_ends_with_its_process_though_a_child_of_it_lives() {
    let scene = Scene::new(Before::Old);
    let (mut told, mut tell) = pipe().unwrap();
    let holder = fork(|| {
        let _locked = Locked::try_take(&scene.file()).unwrap().expect("the lock is free");
        let child = fork(|| {
            token_file::close_inherited();
            tell.write_all(b"closed").unwrap();
            sleep(Duration::from_secs(60));
        });
        tell.write_all(&child.to_ne_bytes()).unwrap();
        sleep(Duration::from_secs(60));
    });
    let mut words = [0; 4 + b"closed".len()];
    told.read_exact(&mut words).unwrap();
    let is_taken = Locked::try_take(&scene.file()).unwrap().is_none();
    end(holder);
    // SAFETY: the status of a child of ours is thrown away.
    unsafe { libc::waitpid(holder, std::ptr::null_mut(), 0) };
    let is_free = Locked::try_take(&scene.file()).unwrap().is_some();
    // The two may have told their words in either order.
    let number = if words.starts_with(b"closed") { &words[6..] } else { &words[..4] };
    end(libc::pid_t::from_ne_bytes(number.try_into().unwrap()));
    assert!(is_taken, "a child let go of its parent's lock");
    assert!(is_free, "a child kept the lock of its dead parent");
    println!("S16: a lock ended with the process that held it, not with its child");
}

/// A path without a folder is one in the current folder.
pub fn a_file_needs_no_folder_in_its_path() {
    let scene = Scene::new(Before::Old);
    let before = env::current_dir().unwrap();
    env::set_current_dir(scene.file().parent().unwrap()).unwrap();
    let file = Path::new(scene.file().file_name().unwrap()).to_owned();
    Locked::try_take(&file).unwrap().expect("the lock is free").save(NEW.as_bytes()).unwrap();
    env::set_current_dir(before).unwrap();
    assert!(scene.is_new());
}

/// With a umask of nothing, and with one that takes everything away.
pub fn no_umask_makes_a_file_that_others_can_read() {
    for umask in [0, 0o177, 0o777] {
        let scene = Scene::new(Before::NoFolder);
        // SAFETY: there is one thread.
        let before = unsafe { libc::umask(umask) };
        let folder = scene.file().parent().unwrap().to_owned();
        Locked::try_take(&scene.file()).unwrap().expect("the lock is free").save(NEW.as_bytes()).unwrap();
        scene.goes_on();
        assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
        // SAFETY: as above.
        unsafe { libc::umask(before) };
    }
    println!("S17: no umask made files or folders for others");
}

/// It is neither read nor replaced nor locked; who can write it chooses whose token is sent.
pub fn a_file_of_another_owner_is_refused() {
    const NOBODY: u32 = 65534;
    for suffix in ["", ".lock"] {
        let scene = Scene::new(Before::Old);
        let file = scene.beside(suffix);
        fs::write(&file, NEW).unwrap();
        if chown(&file, Some(NOBODY), None).is_err() {
            println!("S17: not root, so there is no file of another owner");
            return;
        }
        let failure = match suffix {
            "" => {
                assert_eq!(token_file::read(&file).err().unwrap().status(), Status::Store);
                Locked::try_take(&file).unwrap().expect("the lock is free").save(b"{}").unwrap_err()
            }
            _ => Locked::try_take(&scene.file()).unwrap_err(),
        };
        assert_eq!(failure.status(), Status::Store);
        assert_eq!(fs::read_to_string(&file).unwrap(), NEW);
    }
    println!("S17: a file of another owner was left alone");
}

fn fork(child: impl FnOnce()) -> libc::pid_t {
    // SAFETY: there is one thread, so the child has all of it.
    match unsafe { libc::fork() } {
        -1 => panic!("{}", std::io::Error::last_os_error()),
        0 => {
            child();
            // SAFETY: nothing of the parent's is run at its end.
            unsafe { libc::_exit(0) }
        }
        pid => pid,
    }
}

fn end(pid: libc::pid_t) {
    // SAFETY: the process was started here, and sleeps much longer than this test takes.
    unsafe { libc::kill(pid, libc::SIGKILL) };
}
