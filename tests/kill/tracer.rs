//! A child process that stops at the beginning and at the end of each of its system calls (ptrace(2)), to be killed there, or lied to.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;
use std::ptr;

/// What a tracee says when the calls of interest begin, and when they are over.
pub const MARK: i32 = libc::SIGUSR1;

/// Why a tracee stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A call of this number is about to begin.
    Begins(i64),
    /// It has ended.
    Ended,
    /// The tracee raised [`MARK`].
    Mark,
    /// It is no more; this was its exit code.
    Gone(i32),
}

pub struct Tracee {
    pid: libc::pid_t,
    in_call: bool,
}

impl Tracee {
    /// Starts the program, and lets it run until it raises [`MARK`].
    pub fn start(command: &mut Command) -> Tracee {
        // SAFETY: between fork and exec there is one system call.
        unsafe { command.pre_exec(|| trace(libc::PTRACE_TRACEME, 0, 0).map(drop)) };
        let pid = command.spawn().unwrap().id() as libc::pid_t;
        let mut tracee = Tracee { pid, in_call: false };
        // It stands behind its exec.
        tracee.wait();
        trace(libc::PTRACE_SETOPTIONS, pid, libc::PTRACE_O_TRACESYSGOOD as usize).unwrap();
        trace(libc::PTRACE_CONT, pid, 0).unwrap();
        assert_eq!(tracee.wait(), Stop::Mark);
        tracee
    }

    /// Lets it run to its next stop.
    pub fn next(&mut self) -> Stop {
        trace(libc::PTRACE_SYSCALL, self.pid, 0).unwrap();
        self.wait()
    }

    /// Ends it where it stands.
    pub fn kill(mut self) {
        // SAFETY: it is a child that nobody has waited for yet, so the number is still its own.
        unsafe { libc::kill(self.pid, libc::SIGKILL) };
        while !matches!(self.wait(), Stop::Gone(_)) {}
    }

    fn wait(&mut self) -> Stop {
        let mut status = 0;
        // SAFETY: the status is written to a local.
        let waited = unsafe { libc::waitpid(self.pid, &mut status, 0) };
        assert_eq!(waited, self.pid, "{}", io::Error::last_os_error());
        if libc::WIFEXITED(status) {
            return Stop::Gone(libc::WEXITSTATUS(status));
        }
        if libc::WIFSIGNALED(status) {
            return Stop::Gone(-libc::WTERMSIG(status));
        }
        match libc::WSTOPSIG(status) {
            // With TRACESYSGOOD, that is a system call.
            signal if signal == libc::SIGTRAP | 0x80 => {
                self.in_call = !self.in_call;
                if self.in_call { Stop::Begins(self.call()) } else { Stop::Ended }
            }
            signal if signal == MARK => Stop::Mark,
            signal => {
                assert_eq!(signal, libc::SIGTRAP, "an unexpected signal");
                Stop::Ended
            }
        }
    }
}

/// Registers are another on each processor; elsewhere calls have no numbers and are not lied to.
#[cfg(target_arch = "x86_64")]
impl Tracee {
    pub const LIES: bool = true;

    fn call(&self) -> i64 {
        self.registers().orig_rax as i64
    }

    /// Makes the call that is about to begin fail, without it happening.
    pub fn fail(&mut self, errno: i32) {
        // No call has this number, so the kernel does nothing.
        self.change(|registers| registers.orig_rax = u64::MAX);
        assert_eq!(self.next(), Stop::Ended);
        self.change(|registers| registers.rax = -i64::from(errno) as u64);
    }

    /// Makes the call that is about to begin, a read or a write, do at most `len` bytes.
    pub fn shorten(&mut self, len: u64) {
        self.change(|registers| registers.rdx = registers.rdx.min(len));
    }

    /// The file behind the descriptor that is the first argument of the call that is about to begin.
    pub fn file(&self) -> PathBuf {
        std::fs::read_link(format!("/proc/{}/fd/{}", self.pid, self.registers().rdi)).unwrap()
    }

    fn change(&self, change: impl Fn(&mut libc::user_regs_struct)) {
        let mut registers = self.registers();
        change(&mut registers);
        trace(libc::PTRACE_SETREGS, self.pid, &raw const registers as usize).unwrap();
    }

    fn registers(&self) -> libc::user_regs_struct {
        // SAFETY: the structure is made of integers, for which zeros are fine.
        let mut registers: libc::user_regs_struct = unsafe { std::mem::zeroed() };
        trace(libc::PTRACE_GETREGS, self.pid, &raw mut registers as usize).unwrap();
        registers
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl Tracee {
    pub const LIES: bool = false;

    fn call(&self) -> i64 {
        0
    }

    pub fn fail(&mut self, _: i32) {}

    pub fn shorten(&mut self, _: u64) {}

    pub fn file(&self) -> PathBuf {
        PathBuf::new()
    }
}

fn trace(request: libc::c_uint, pid: libc::pid_t, data: usize) -> io::Result<libc::c_long> {
    // SAFETY: where `data` is an address, callers pass one of a structure that lives through the call and is of the right size.
    let answer = unsafe { libc::ptrace(request as _, pid, ptr::null_mut::<libc::c_void>(), data) };
    if answer == -1 { Err(io::Error::last_os_error()) } else { Ok(answer) }
}
