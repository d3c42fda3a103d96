//! Texts of the *Zones* panel, in both languages.

mm_view::labels! {
    /// A text of the panel.
    pub(super) enum Text {
        Nodes: "Nodes", "节点";
        Cpus: "CPUs", "CPU";
        Distance: "distance to each node", "到各节点的距离";
        Zonelist: "zonelist, in order", "zonelist（依次尝试）";
        Span: "frames", "页帧";
        Holes: "no RAM", "没有内存";
        Boost: "boost", "boost";
        HighAtomic: "highatomic", "highatomic";
        Flags: "flags", "标志";
        KeptFrom: "lowmem_reserve: kept from requests that could use …", "lowmem_reserve：对本可用更高区域的请求保留";
        Lists: "Lists of the CPUs", "CPU 链表";
        Count: "count", "count";
        High: "high", "high";
        Batch: "batch", "batch";
        ByList: "blocks by order and type", "各阶各类型的块";
        Request: "A request now", "此刻的一个请求";
        Flag: "Flags of the request", "请求的标志";
        Starts: "starts on node", "起始节点";
        First: "first round: low", "第一轮：low";
        Slow: "slow path: min", "慢路径：min";
        Serves: "serves", "由它分配";
        NotAllowed: "not allowed by the flags", "标志不允许";
        TooFew: "too few", "不够";
        NoBlock: "no block", "没有大块";
        Fine: "ok", "可以";
        Nobody: "No zone may give: reclaim or compaction would have to help.", "没有区域能给：要靠回收或规整。";
        Checks: "Last tests", "本命令最近的检查";
        Rule: "free − unusable > mark + reserve", "空闲 − 不可用 > 水位 + 保留";
        NoChecks: "none up to this step", "到这一步还没有";
        Scale: "Physical memory to scale", "物理内存（按比例）";
        Gauges: "Free frames against the marks", "空闲页与水位";
        Reserve: "reserve", "保留";
        Bands: "The kernel's gigabyte", "内核的 1 GB";
        Direct: "direct map", "直接映射";
        Vmalloc: "vmalloc", "vmalloc";
        Pkmap: "kmap slots", "kmap 槽";
        Fixed: "fixed addresses", "固定地址";
        Image: "kernel image", "内核映像";
        Structs: "page structs", "struct page 数组";
    }
}
