//! What a refused call returns: an errno, or a signal to the process.
//!
//! A refusal is a result of the model and part of the lesson, never an error of ours.

use crate::budget::Exceeded;
use crate::units::VirtAddr;

macro_rules! errnos {
    ($($name:ident = $number:literal),* $(,)?) => {
        /// Error number of a system call, numbered as on x86 (`asm-generic/errno-base.h`).
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Errno { $($name),* }

        impl Errno {
            /// Every errno that the model can return.
            pub const ALL: &[Errno] = &[$(Errno::$name),*];

            /// Returns the number a program sees in `errno`.
            pub fn number(self) -> u32 {
                match self { $(Errno::$name => $number),* }
            }

            /// Returns the symbolic name, as scripts write it after `!`.
            pub fn name(self) -> &'static str {
                match self { $(Errno::$name => stringify!($name)),* }
            }
        }
    };
}

errnos! {
    EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, EIO = 5, EBADF = 9, EAGAIN = 11, ENOMEM = 12,
    EACCES = 13, EFAULT = 14, EBUSY = 16, EEXIST = 17, ENODEV = 19, ENOTDIR = 20, EISDIR = 21,
    EINVAL = 22, EFBIG = 27, ENOSPC = 28, EROFS = 30, ERANGE = 34,
}

/// Signal that stops a process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Signo {
    /// Bad address or no right to it.
    Sigsegv,
    /// Address without backing: beyond the end of a file.
    Sigbus,
    /// Killed, by the OOM killer for one.
    Sigkill,
}

impl Signo {
    /// Every signal that the model can deliver.
    pub const ALL: &[Signo] = &[Signo::Sigsegv, Signo::Sigbus, Signo::Sigkill];

    /// Returns the name, as scripts write it after `!`.
    pub fn name(self) -> &'static str {
        match self {
            Signo::Sigsegv => "SIGSEGV",
            Signo::Sigbus => "SIGBUS",
            Signo::Sigkill => "SIGKILL",
        }
    }

    /// Returns the number on x86.
    pub fn number(self) -> u32 {
        match self {
            Signo::Sigsegv => 11,
            Signo::Sigbus => 7,
            Signo::Sigkill => 9,
        }
    }
}

/// `si_code` of a signal: why it was sent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum SiCode {
    /// No area at this address (1).
    SegvMaperr,
    /// An area, but not this kind of access (2).
    SegvAccerr,
    /// From the kernel without an address: a general protection fault (128).
    SiKernel,
    /// Nonexistent physical address (2): beyond the end of a file.
    BusAdrerr,
}

impl SiCode {
    /// Every code that the model can give.
    pub const ALL: &[SiCode] = &[SiCode::SegvMaperr, SiCode::SegvAccerr, SiCode::SiKernel, SiCode::BusAdrerr];

    /// Returns the symbolic name of `siginfo.h`.
    pub fn name(self) -> &'static str {
        match self {
            SiCode::SegvMaperr => "SEGV_MAPERR",
            SiCode::SegvAccerr => "SEGV_ACCERR",
            SiCode::SiKernel => "SI_KERNEL",
            SiCode::BusAdrerr => "BUS_ADRERR",
        }
    }

    /// Returns the number in `siginfo.si_code`.
    pub fn number(self) -> u32 {
        match self {
            SiCode::SegvMaperr => 1,
            SiCode::SegvAccerr | SiCode::BusAdrerr => 2,
            SiCode::SiKernel => 128,
        }
    }
}

/// A signal as delivered, with what its handler would see.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Signal {
    /// Which signal.
    pub signo: Signo,
    /// Why.
    pub code: SiCode,
    /// `si_addr`: the address that was accessed, zero for `SI_KERNEL`.
    pub addr: VirtAddr,
    /// The page-fault error code that the CPU pushed (P=1 W=2 U=4 RSVD=8 I=16).
    pub error_code: u32,
}

/// Why a command did not do what it says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The call returned an error.
    Errno(Errno),
    /// The process got a signal.
    Signal(Signal),
    /// The script would go over its budget: nothing that a kernel says.
    Exceeded(Exceeded),
    /// 6.1 would do this, or refuse it in its own way; the model does not know. Nothing that a line
    /// expects matches it.
    NotModelled,
}

impl From<Errno> for Refusal {
    fn from(errno: Errno) -> Refusal {
        Refusal::Errno(errno)
    }
}

impl From<Signal> for Refusal {
    fn from(signal: Signal) -> Refusal {
        Refusal::Signal(signal)
    }
}
