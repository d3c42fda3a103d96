//! Why a call was refused, and how that differs from what its line expects.

use mm::errno::{Errno, Refusal, SiCode, Signal, Signo};
use mm::outcome::Unexpected;
use mm::session::{Exceeded, Resource};

use crate::Lang;
use crate::panels::{grouped, short_bytes};

/// Returns what an errno says, as `strerror` does.
pub fn errno(errno: Errno, lang: Lang) -> &'static str {
    let (en, zh) = match errno {
        Errno::EPERM => ("operation not permitted", "操作不允许"),
        Errno::ENOENT => ("no such file or directory", "没有这个文件或目录"),
        Errno::ESRCH => ("no such process", "没有这个进程"),
        Errno::EINTR => ("interrupted", "被中断"),
        Errno::EIO => ("input or output error", "输入输出错误"),
        Errno::EBADF => ("bad file descriptor", "文件描述符无效"),
        Errno::EAGAIN => ("try again", "请重试"),
        Errno::ENOMEM => ("cannot allocate memory", "无法分配内存"),
        Errno::EACCES => ("permission denied", "权限不够"),
        Errno::EFAULT => ("bad address", "地址错误"),
        Errno::EBUSY => ("device or resource busy", "设备或资源忙"),
        Errno::EEXIST => ("already exists", "已存在"),
        Errno::ENODEV => ("no such device", "没有这个设备"),
        Errno::ENOTDIR => ("not a directory", "不是目录"),
        Errno::EISDIR => ("is a directory", "是目录"),
        Errno::EINVAL => ("invalid argument", "参数无效"),
        Errno::EFBIG => ("file too large", "文件太大"),
        Errno::ENOSPC => ("no space left", "空间不足"),
        Errno::EROFS => ("read-only", "只读"),
        Errno::ERANGE => ("number out of range", "数值超出范围"),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// Returns what a signal's code says.
pub fn si_code(code: SiCode, lang: Lang) -> &'static str {
    let (en, zh) = match code {
        SiCode::SegvMaperr => ("no area at this address", "该地址没有区域"),
        SiCode::SegvAccerr => ("the area does not allow this access", "区域不允许这种访问"),
        SiCode::SiKernel => ("the address is not canonical", "地址不是规范形式"),
        SiCode::BusAdrerr => ("beyond the end of the file", "超出文件末尾"),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// Spells a page fault's error code: `0x6 = user, write, not present`.
pub fn error_code(code: u32, lang: Lang) -> String {
    let (yes, no) = match lang {
        Lang::En => ("protection", "not present"),
        Lang::Zh => ("权限", "不存在"),
    };
    let bits: [(u32, &str, &str); 4] =
        [(4, "user", "用户态"), (2, "write", "写"), (8, "reserved bit", "保留位"), (16, "fetch", "取指")];
    let set = bits.iter().filter(|(bit, _, _)| code & bit != 0);
    let mut words: Vec<&str> = set.map(|(_, en, zh)| if lang == Lang::En { *en } else { *zh }).collect();
    words.push(if code & 1 != 0 { yes } else { no });
    match lang {
        Lang::En => format!("{code:#x} = {}", words.join(", ")),
        Lang::Zh => format!("{code:#x} = {}", words.join("、")),
    }
}

fn signal(signal: &Signal, lang: Lang) -> String {
    if signal.signo == Signo::Sigkill {
        return match lang {
            Lang::En => "SIGKILL: killed for want of memory".into(),
            Lang::Zh => "SIGKILL：因内存不足被杀".into(),
        };
    }
    let (name, code) = (signal.signo.name(), signal.code.name());
    let why = si_code(signal.code, lang);
    match (signal.code, lang) {
        (SiCode::SiKernel, Lang::En) => format!("{name} si_code={code}: {why}"),
        (SiCode::SiKernel, Lang::Zh) => format!("{name} si_code={code}：{why}"),
        (SiCode::SegvMaperr | SiCode::SegvAccerr | SiCode::BusAdrerr, Lang::En) => {
            format!("{name} si_code={code} addr={}: {why}", signal.addr)
        }
        (SiCode::SegvMaperr | SiCode::SegvAccerr | SiCode::BusAdrerr, Lang::Zh) => {
            format!("{name} si_code={code} addr={}：{why}", signal.addr)
        }
    }
}

/// Says that 6.1 has what the model has not.
pub(super) fn not_modelled(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "6.1 has this; it is not modelled yet",
        Lang::Zh => "6.1 有，这里尚未建模",
    }
}

/// Says why a command did not do what it says.
pub fn refusal(refusal: &Refusal, lang: Lang) -> String {
    match (refusal, lang) {
        (Refusal::Errno(errno), Lang::En) => format!("{}: {}", errno.name(), self::errno(*errno, lang)),
        (Refusal::Errno(errno), Lang::Zh) => format!("{}：{}", errno.name(), self::errno(*errno, lang)),
        (Refusal::Signal(signal), _) => self::signal(signal, lang),
        (Refusal::NotModelled, _) => not_modelled(lang).into(),
        (Refusal::Exceeded(exceeded), _) => self::exceeded(exceeded, lang),
    }
}

/// Says what a script would have taken too much of, and what to do.
fn exceeded(exceeded: &Exceeded, lang: Lang) -> String {
    match (exceeded.resource, lang) {
        (Resource::Memory, Lang::En) => format!(
            "too much memory: with this command the script would take more than {}; ask for fewer pages, \
             objects or processes, or boot a smaller machine",
            short_bytes(exceeded.limit)
        ),
        (Resource::Memory, Lang::Zh) => format!(
            "内存过多：执行这条命令，脚本会占用超过 {}；请减少页、对象或进程，或启动更小的机器",
            short_bytes(exceeded.limit)
        ),
        (Resource::Work, Lang::En) => format!(
            "too much work: with this command the script would go through more than {} events; \
             ask for less, or split the script",
            grouped(exceeded.limit)
        ),
        (Resource::Work, Lang::Zh) => format!(
            "工作量过大：执行这条命令，脚本会产生超过 {} 个事件；请减少数量，或拆分脚本",
            grouped(exceeded.limit)
        ),
    }
}

fn name(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Errno(errno) => errno.name(),
        Refusal::Signal(signal) => signal.signo.name(),
        Refusal::Exceeded(_) => "",
        Refusal::NotModelled => "",
    }
}

/// Says how an outcome differs from what its line expects.
pub fn unexpected(unexpected: &Unexpected, lang: Lang) -> String {
    match (*unexpected, lang) {
        (Unexpected::Refused(Refusal::NotModelled), Lang::En) => "the line expects success".into(),
        (Unexpected::Refused(Refusal::NotModelled), Lang::Zh) => "这一行预期成功".into(),
        (Unexpected::RefusedOtherwise { expected, got: Refusal::NotModelled }, Lang::En) => {
            format!("whether 6.1 answers {} here is not known", expected.name())
        }
        (Unexpected::RefusedOtherwise { expected, got: Refusal::NotModelled }, Lang::Zh) => {
            format!("6.1 在此是否返回 {}，尚不知道", expected.name())
        }
        (Unexpected::Refused(got), Lang::En) => {
            format!("the line expects success; write !{} if this is meant", name(got))
        }
        (Unexpected::Refused(got), Lang::Zh) => format!("这一行预期成功；若本意如此，请写 !{}", name(got)),
        (Unexpected::RefusedOtherwise { expected, got }, Lang::En) => {
            format!("the line expects {}, not {}", expected.name(), name(got))
        }
        (Unexpected::RefusedOtherwise { expected, got }, Lang::Zh) => {
            format!("这一行预期 {}，而不是 {}", expected.name(), name(got))
        }
        (Unexpected::Succeeded { expected }, Lang::En) => {
            format!("the line expects {}, but the call succeeded", expected.name())
        }
        (Unexpected::Succeeded { expected }, Lang::Zh) => {
            format!("这一行预期 {}，调用却成功了", expected.name())
        }
        (Unexpected::Expectation, Lang::En) => "the expectation does not hold".into(),
        (Unexpected::Expectation, Lang::Zh) => "预期不成立".into(),
        (Unexpected::Exceeded, Lang::En) => "the machine is as it was before; the script ends here".into(),
        (Unexpected::Exceeded, Lang::Zh) => "机器保持之前的状态；脚本到此结束".into(),
    }
}
