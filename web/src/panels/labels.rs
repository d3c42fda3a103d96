//! Texts that several panels use, in both languages; those of one panel are in its folder.

mm_view::labels! {
    /// A text of several panels.
    pub(super) enum Text {
        Type: "type", "类型";
        Process: "Process", "进程";
        Address: "Address", "地址";
        MakeProcess: "There is no process yet; this makes one:", "还没有进程；这条命令创建一个：";
        AsTable: "As a table", "显示为表格";
        AsPicture: "As a picture", "显示为图";
        Zone: "Zone", "内存区";
        Order: "order", "阶";
        Node: "node", "节点";
        Permissions: "perms", "权限";
        Name: "name", "名称";
        Step: "step", "步";
        Spanned: "spanned", "跨度";
        Present: "present", "存在";
        Managed: "managed", "受管理";
        Free: "free", "空闲";
        Zones: "zones", "内存区";
        Comma: ", ", "，";
    }
}
