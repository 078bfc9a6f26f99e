//! A host's conformance driver that is asked one line after the other, because what it answers decides what comes next.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::core::Core;

/// Who answers the steps of a scenario.
pub enum Session {
    Driver(Driver),
    /// The core itself, in this process.
    Core(Core),
}

/// The driver of a host.
pub struct Driver {
    driver: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    asked: u64,
}

impl Session {
    /// A driver of `host`, or the core where the host is `core`.
    pub fn start(host: &str, home: &Path, umask: Option<&str>) -> Session {
        match host {
            "core" => Session::Core(Core::default()),
            _ => Session::Driver(Driver::start(host, home, umask, None)),
        }
    }

    /// A driver of `host` on a system whose roots are in this file.
    #[allow(dead_code)]
    pub fn trusting(host: &str, home: &Path, roots: &str) -> Session {
        Session::Driver(Driver::start(host, home, None, Some(roots)))
    }

    /// The answer to one request, without its id.
    pub fn ask(&mut self, request: &Value) -> Result<Value, String> {
        match self {
            Session::Driver(driver) => driver.ask(request),
            Session::Core(core) => Ok(core.ask(request)),
        }
    }
}

impl Driver {
    /// Starts the driver of `host`: with the umask of octal digits, if there is one, and nothing in its environment but `PATH`, a home folder
    /// and where the system's roots are, if that is not the usual place.
    fn start(host: &str, home: &Path, umask: Option<&str>, roots: Option<&str>) -> Driver {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let script = format!("umask {}; exec tests/conformance/drive {host}", umask.unwrap_or("022"));
        let mut driver = Command::new("sh")
            .args(["-c", &script])
            .current_dir(root)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home)
            .envs(roots.map(|roots| ("SSL_CERT_FILE", roots)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{host}: no driver, run `make drivers`: {error}"));
        let (stdin, stdout) = (driver.stdin.take().unwrap(), BufReader::new(driver.stdout.take().unwrap()));
        Driver { driver, stdin, stdout, asked: 0 }
    }

    fn ask(&mut self, request: &Value) -> Result<Value, String> {
        self.asked += 1;
        let mut request = request.as_object().expect("a request is an object").clone();
        request.insert("id".to_owned(), self.asked.into());
        writeln!(self.stdin, "{}", Value::from(request)).map_err(|error| format!("the driver is gone: {error}"))?;
        let mut line = String::new();
        self.stdout.read_line(&mut line).map_err(|error| format!("no answer: {error}"))?;
        let mut answer: Value =
            serde_json::from_str(&line).map_err(|error| format!("the driver answered {line:?}: {error}"))?;
        let id = answer.as_object_mut().and_then(|members| members.remove("id"));
        if id == Some(self.asked.into()) { Ok(answer) } else { Err(format!("the id is {id:?}, not {}", self.asked)) }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
