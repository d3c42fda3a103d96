//! Every fixed text of the page, in both languages.

mm_view::labels! {
    /// A text of the page.
    pub(crate) enum Label {
        // Panels.
        Panels: "Panels", "面板";
        ScriptWidth: "Width of the script: drag, or arrow keys; Enter for the usual one", "脚本栏宽度：拖动或用方向键，Enter 恢复";
        Stage: "Stage", "主视图";
        Inspector: "Inspector", "检视器";
        NoPanel: "No panel is on: pick one above, or press", "没有打开的面板：在上面选一个，或按";
        // Top bar.
        Kernel: "Linux 6.1", "Linux 6.1";
        Find: "Go to address, frame…", "跳到地址、页帧…";
        FindName: "Go to an address, a frame, a label or a process", "跳到地址、页帧、标签或进程";
        FindHelp: "16899, 0x4203123, buf+0x1000 or web", "16899、0x4203123、buf+0x1000 或 web";
        FoundNothing: "nothing by that name", "没有找到";
        Share: "Share", "分享";
        ShareLink: "Link to this very view", "指向当前画面的链接";
        Copied: "Copied.", "已复制。";
        CopyYourself: "Copy this link:", "请复制此链接：";
        OtherLanguage: "中文", "EN";
        ToOtherLanguage: "切换到中文", "EN: switch to English";
        Theme: "Theme", "主题";
        ThemeAuto: "as the system", "跟随系统";
        ThemeLight: "light", "浅色";
        ThemeDark: "dark", "深色";
        Contrast: "Contrast", "对比度";
        ContrastNormal: "normal", "普通";
        ContrastMore: "more", "更高";
        Keys: "Keys", "按键";
        KeyHelp: "Keyboard help", "键盘帮助";
        Menu: "Menu", "菜单";
        Close: "Close", "关闭";
        // Script.
        Script: "Script", "脚本";
        SavedInLink: "saved in the link", "保存在链接里";
        SavedHere: "saved on this device", "保存在本机";
        NotRun: "not run yet", "尚未运行";
        Run: "Run", "运行";
        RunHint: "Run the script (Ctrl+Enter)", "运行脚本（Ctrl+Enter）";
        Cancel: "Cancel", "取消";
        Undo: "Undo run", "撤销运行";
        Redo: "Redo run", "重做运行";
        SaveFile: "Save as file", "存为文件";
        OpenFile: "Open file…", "打开文件…";
        Examples: "Examples", "示例";
        RandomScript: "A random script", "随机脚本";
        FileMenu: "Script file: examples, open, save", "脚本文件：示例、打开、保存";
        Untitled: "untitled.mm", "未命名.mm";
        ScriptText: "Script text, one command a line", "脚本文本，每行一条命令";
        Line: "line", "第";
        // Console.
        Console: "Console", "控制台";
        History: "history", "历史";
        LaterThanPlayhead: "later than the playhead", "播放点之后";
        Prompt: "Type a command to run it at the end of the script", "输入命令，在脚本末尾运行";
        NothingRun: "nothing has been run yet: Ctrl+Enter runs the script", "还没有运行：Ctrl+Enter 运行脚本";
        // Caption and timeline.
        Caption: "Step in words", "当前步骤";
        Timeline: "Timeline", "时间线";
        Transport: "Playback", "播放控制";
        First: "To the start", "到开头";
        Back: "One step back", "后退一步";
        Play: "Play", "播放";
        Pause: "Pause", "暂停";
        Forward: "One step on", "前进一步";
        Last: "To the end", "到末尾";
        Speed: "Speed", "速度";
        Commands: "Commands", "命令";
        Playhead: "Playhead", "播放点";
        SimulatedTime: "simulated time", "模拟时间";
        BeforeFirst: "Before the first command.", "第一条命令之前。";
        BeforeCommand: "The command is about to run.", "命令即将执行。";
        Calls: "Kernel functions by step", "各步所在的内核函数";
        PlayKey: "play", "播放";
        StepKey: "step", "单步";
        CommandKey: "command", "命令";
        // Keys.
        KeyPlay: "play, pause", "播放、暂停";
        KeyStep: "one step", "一步";
        KeyCommand: "one command", "一条命令";
        KeyEnds: "start, end of what was run", "已运行部分的开头、末尾";
        KeyFind: "find", "查找";
        KeyPanel: "show or hide a panel", "显示或隐藏面板";
        KeyPrevious: "previous of this kind", "上一个同类";
        KeyNext: "next of this kind", "下一个同类";
        KeyBuddy: "jump to the buddy", "跳到伙伴块";
        KeyGo: "go to an address", "跳到地址";
        KeyInspector: "inspector", "检视器";
        KeyEdit: "edit the line of this command", "编辑此命令所在的行";
        KeyHelpKey: "this list", "此列表";
        KeyEscape: "close, clear the selection", "关闭、取消选择";
        KeyRun: "run the script (in the editor)", "运行脚本（在编辑器中）";
        KeyOnly: "only this panel: Shift and a click on its tab", "只留一个面板：按住 Shift 点击标签";
        // Failure of ours.
        BrokeShown: "The model broke at step {}.", "模型在第 {} 步出错。";
        BrokeRunning: "The model broke in command {}.", "模型在运行第 {} 条命令时出错。";
        BrokeMemory: "The model stopped in command {}, most likely for want of memory.", "模型在运行第 {} 条命令时停止，很可能是内存不足。";
        BrokeKept: "The script is kept; a reload stops before that.", "脚本已保留；重新加载会停在此处之前。";
        CopyReport: "Copy report", "复制报告";
        Reload: "Reload", "重新加载";
        OtherModel: "This link's step is none of this version of the model: here is the start of its command.", "链接所指的步不属于此版本的模型：这里是那条命令的开头。";
        BadLink: "This link's script could not be read; the stored one is shown.", "无法读取链接中的脚本；显示的是已保存的脚本。";
        // Files.
        DropHere: "Drop a script to open it", "松开鼠标即可打开脚本";
        NoFile: "That could not be read: open or drop a file, not a folder.", "无法读取：请打开或拖入一个文件，而不是文件夹。";
        FirstOfSeveral: "The first of these files was opened.", "已打开其中的第一个文件。";
        // Embed.
        OpenFull: "Open in mmscope", "在 mmscope 中打开";
        Figure: "Interactive figure", "可交互的图";
        // Drawers.
        ScriptAndConsole: "Script and console", "脚本与控制台";
        Full: "Full height", "全高";
    }
}

/// Texts that are the same in both languages because they are the kernel's words.
#[cfg(test)]
const KERNEL_WORDS: &[Label] = &[Label::Kernel];

#[cfg(test)]
mod tests {
    use super::*;
    use mm_view::Lang;

    #[test]
    fn both_languages_are_complete() {
        for label in Label::ALL {
            for lang in Lang::ALL {
                assert!(!label.text(lang).trim().is_empty(), "{label:?} in {lang:?}");
            }
            let same = label.text(Lang::En) == label.text(Lang::Zh);
            assert_eq!(same, KERNEL_WORDS.contains(label), "{label:?}");
        }
    }
}
