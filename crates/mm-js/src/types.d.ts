// Types of the plain objects. A field of 64 bits, and an index into a list, is always a `bigint`;
// a field of at most 32 bits is always a `number`. What may be absent is `null`.
// Printed from the structs by tests/types; `cargo xtask golden` writes it anew.

/** What came of a script. */
export interface RunResult {
    /** What is wrong with the text; when there is anything, nothing was run. */
    errors: ScriptError[];
    /** Every command of the script, in order. */
    commands: CommandResult[];
}

/** What is wrong with a text. */
export interface ScriptError {
    /** Line, from 1. */
    line: number;
    /** Column in characters, from 1. */
    column: number;
    /** Offending characters; 0 when something is missing there. */
    length: number;
    /** The offending text. */
    found: string;
    /** What was expected, in the machine's language. */
    message: string;
    /** A word that may have been meant. */
    nearest: string | null;
}

/** What a command answered. */
export interface CommandResult {
    /** Number of the command, from 1: the C of a position "C.S". */
    command: number;
    /** Line of the script, from 1. */
    line: number;
    /** The command as it reads back. */
    text: string;
    /** Whether it ended as its line expects. */
    expected: boolean;
    /** The answer, line by line. */
    answer: Line[];
    /** Steps that can be visited. */
    steps: number;
    /** Whether detail was given up: then there is one step for all of them. */
    coarse: boolean;
    /** Simulated nanoseconds. */
    nanos: bigint;
}

/** A line of the console. */
export interface Line {
    /** Text, with links in it. */
    pieces: Piece[];
    /** How it is meant. */
    tone: Tone;
}

/** A part of a sentence: text, or the name of a thing, which is a link to it. */
export type Piece =
    /** Plain text. */
    | { Text: string }
    /** Text that names a thing. */
    | { Link: { thing: Thing; text: string } };

/**
 * Anything that can be selected: every link on the page names one.
 *
 * Written with `Thing::key` in the address bar and on the marks that light up together.
 */
export type Thing =
    /** A page frame, by number. */
    | { Frame: number }
    /** An entry of a page-table page. */
    | { Entry: { table: number; index: number } }
    /** An area of an address space. */
    | { Vma: { process: string; start: bigint } }
    /** An address of a process, or of the kernel. */
    | { Address: { process: string; address: bigint } }
    /** A process, by the name that scripts use. */
    | { Process: string }
    /** A zone of a node. */
    | { Zone: { node: number; zone: number } }
    /** A memory node. */
    | { Node: number }
    /** A pageblock, by number. */
    | { Pageblock: number }
    /** A cache of small objects, by name. */
    | { Cache: string }
    /** A slab, by its first frame. */
    | { Slab: number }
    /** An object of a slab. */
    | { Object: { slab: number; index: number } }
    /** An area of the kernel's own addresses, by its first. */
    | { VmapArea: bigint }
    /** A file under `/proc`. */
    | { ProcFile: string };

/** How a line of the console is meant. */
export type Tone =
    /** An answer. */
    | "Plain"
    /** Text of a file, to be shown letter by letter. */
    | "Verbatim"
    /** A refusal that the line expects. */
    | "Expected"
    /** Not what the line expects. */
    | "Failure";

/** A step in words, with the name of its event. */
export interface StepResult {
    /** Name of its event, for `explain`: "buddy.split". */
    event: string;
    /** Simulated nanoseconds from the start of the command to the end of the step. */
    nanos: bigint;
    /** What happened, without links. */
    text: string;
    /** The kernel function, or the CPU's work. */
    function: string;
    /** The functions it was called from, outermost first. */
    stack: string[];
    /** What happened, one sentence. */
    what: Piece[];
    /** Why, one line; may be empty. */
    why: Piece[];
    /** The operands. */
    operands: Operand[];
}

/** A number of a step: what it was and what it is now. */
export interface Operand {
    /** Its name, a word of the kernel's. */
    name: string;
    /** The value before, where the step changed it. */
    old: string | null;
    /** The value. */
    new: string;
}

/** One address on its way to a frame, as far as it got at the step that is shown. */
export interface TranslateView {
    /** Processes to choose from, and the kernel, which is number 0. */
    processes: ProcessName[];
    /** The process, or the kernel, whose address this is; `null` when there is none to choose. */
    process: ProcessName | null;
    /** The address as it was asked for: `buf+0x178123`. */
    expression: string;
    /** The address. */
    address: bigint;
    /** Hex digits that an address of this machine is written with: 16 or 8. */
    address_digits: number;
    /** What the access does. */
    access: AccessKind;
    /** Mode of the processor in which it does. */
    mode: CpuMode;
    /** Bytes that the access covers within the page. */
    bytes: number;
    /** Bits above those that are translated; `null` where there are none (i386). */
    canonical: Canonical | null;
    /** The virtual page number: the address without its offset. */
    page_number: bigint;
    /** `CR3` of the process, or the kernel's own: the physical address of the first table. */
    cr3: bigint;
    /**
     * Tables in walk order. With a large leaf the levels below it are left out and the offset
     * is wider.
     */
    levels: WalkLevel[];
    /** The bits that are copied to the physical address. */
    offset: PageOffset;
    /** The TLB beside the walk. */
    tlb: TlbSet;
    /** How far the translation got. */
    outcome: TranslateOutcome;
    /** Table entries read so far by the walk. */
    reads: number;
    /** Table entries that the whole walk reads. */
    reads_total: number;
    /** Simulated nanoseconds since the access began, where a step inside it is shown. */
    nanos: bigint | null;
}

/** A process as links name it and as scripts call it. */
export interface ProcessName {
    /** Number. */
    id: number;
    /** Name. */
    name: string;
}

/** Kind of access that needs the translation. */
export type AccessKind =
    /** Looks without touching: `translate`. */
    | "Look"
    /** Reads. */
    | "Read"
    /** Writes. */
    | "Write"
    /** Fetches instructions. */
    | "Exec";

/** Mode of the processor: what it may use of an entry (bit 2, U/S). */
export type CpuMode =
    /** As programs run. */
    | "User"
    /** As the kernel runs, whose address space it ever is in. */
    | "Kernel";

/** The bits above the translated ones, which must repeat the highest translated bit. */
export interface Canonical {
    /** Highest bit, 63. */
    high: number;
    /** Lowest bit. */
    low: number;
    /** What they hold. */
    bits: CanonicalBits;
}

/** What the bits above the translated ones hold. */
export type CanonicalBits =
    /** All 0: the user half. */
    | "Zeros"
    /** All 1: the kernel half. */
    | "Ones"
    /** Neither: the CPU refuses the address before any walk. */
    | "Mixed";

/** One table of the walk. */
export interface WalkLevel {
    /** Name of the level. */
    name: LevelName;
    /**
     * Distance from the page, 1 for page tables: picks the colour of everything that belongs
     * to the level.
     */
    height: number;
    /** Highest bit of the address that indexes the table. */
    high: number;
    /** Lowest bit. */
    low: number;
    /** The index: the value of those bits. */
    index: number;
    /** Entries of the table, 512 or 1024. */
    entries: number;
    /** Frame of the table; `null` while the walk has not learned it, or where there is none. */
    table: number | null;
    /** Five entries around the index, or fewer without a table. */
    window: EntryRow[];
    /** Entries in use, as runs over the whole table. */
    in_use: Run[];
    /** Whether the walk has been here. */
    reach: Reach;
    /** Whether the step shown read or wrote this entry. */
    now: boolean;
}

/** Name of a level, as Linux calls its entries. */
export type LevelName =
    /** Page global directory. */
    | "Pgd"
    /** Page upper directory. */
    | "Pud"
    /** Page middle directory. */
    | "Pmd"
    /** Page table. */
    | "Pte";

/** One entry of a table. */
export interface EntryRow {
    /** Position in the table. */
    index: number;
    /** What it names. */
    target: Target;
    /** The entry as it stands in memory. */
    raw: bigint;
    /** Whether the walk uses this entry. */
    used: boolean;
    /** Whether the command wrote it, up to the step shown. */
    changed: boolean;
}

/** What an entry names. */
export type Target =
    /** Nothing: the entry is zero. */
    | "None"
    /** The next table. */
    | { Table: number }
    /** A frame of memory, the first of a large page. */
    | { Page: number }
    /** A frame whose page is on its way to another one: a migration entry. */
    | { Moving: number }
    /** A slot in a swap area. */
    | { Swap: { area: number; slot: bigint } }
    /** Not read yet. */
    | "Unknown";

/** Numbers `start..end`. */
export interface Run {
    /** First number. */
    start: number;
    /** Number after the last. */
    end: number;
}

/** Whether the walk has been at a level. */
export type Reach =
    /** The entry was read. */
    | "Reached"
    /** Not yet: a later step reads it. */
    | "Pending"
    /** The walk ended here without a frame. */
    | "Fault"
    /** The walk ended above, or a TLB hit made it needless. */
    | "Skipped";

/** The bits of the address that are copied unchanged. */
export interface PageOffset {
    /** Bits: 12, or 21 or 22 under a large leaf. */
    bits: number;
    /** Their value. */
    value: bigint;
}

/** The set of the TLB that the page falls into. */
export interface TlbSet {
    /** Number of the set. */
    set: number;
    /** Sets of this TLB. */
    sets: number;
    /** What the set holds, in the order of its ways. */
    ways: TlbWay[];
    /** What the look-up found. */
    lookup: Lookup;
}

/** One way of a set. */
export interface TlbWay {
    /** Virtual page. */
    page_number: bigint;
    /** Its frame. */
    frame: number;
    /** Whether this entry is the one that was asked for. */
    hit: boolean;
    /** Whether this step wrote it. */
    changed: boolean;
}

/** What a look-up in the TLB found. */
export type Lookup =
    /** The page, so that no walk is needed. */
    | "Hit"
    /** Not the page. */
    | "Miss"
    /** Not asked yet. */
    | "Pending";

/** How far the translation got. */
export type TranslateOutcome =
    /** A later step goes on. */
    | { Pending: { levels_left: number } }
    /** The access has its frame. */
    | { Mapped: { physical: bigint; frame: number; kind: FrameKind; entry: number } }
    /** The walk found nothing, or no right to it. */
    | { Fault: WalkFault }
    /** The address is not canonical: refused before the walk. */
    | "NotCanonical";

/** A frame's use as the map tells them apart: a colour, a pattern and a letter each. */
export type FrameKind =
    /** Anonymous memory of processes. */
    | "Anon"
    /** Page cache. */
    | "File"
    /** Slab. */
    | "Slab"
    /** Page-table page. */
    | "PageTable"
    /** Allocated by the kernel for itself. */
    | "Kernel"
    /** In use before the captured state began; nobody knows for what. */
    | "Before"
    /** Taken before the page allocator existed. */
    | "Reserved"
    /** Free, on a CPU's list. */
    | "Pcp"
    /** Free, in the buddy's lists. */
    | "Free"
    /** No RAM. */
    | "Hole";

/** Why a walk ended without a frame. */
export interface WalkFault {
    /** Level whose entry stopped it. */
    level: LevelName;
    /** What was wrong with the entry. */
    reason: FaultReason;
    /** Error code that the CPU pushes (P=1 W=2 U=4 RSVD=8 I=16). */
    error_code: number;
    /** What the kernel makes of it, where that is known at the step shown. */
    verdict: Verdict;
}

/** What is wrong with the entry that stopped a walk. */
export type FaultReason =
    /** Bit 0 (P) is clear. */
    | "NotPresent"
    /** Bit 1 (W) is clear and the access writes. */
    | "NotWritable"
    /** Bit 2 (U) is clear and the access is from user mode. */
    | "NotUser"
    /** Bit 63 (NX) is set and the access fetches. */
    | "NoExecute";

/** What the kernel makes of a fault. */
export type Verdict =
    /** It has not answered yet, or nobody asked. */
    | "Open"
    /** It gives the page what it lacks and the access runs again. */
    | "Repaired"
    /** It sends a signal. */
    | { Signal: { signal: string; code: string } };

/** The free lists of a zone and what the command did to them up to the step shown. */
export interface BuddyView {
    /** Zones to choose from. */
    zones: ZoneName[];
    /** The zone shown, an index into `zones`. */
    zone: bigint;
    /** Free frames of the zone (`NR_FREE_PAGES`). */
    free: bigint;
    /** The three watermarks, in frames: min, low, high. */
    marks: [bigint, bigint, bigint];
    /** Migrate types that have a column: U, M, R always, others where they hold anything. */
    types: MigrateName[];
    /** Lists of the CPUs. */
    cpus: CpuRow[];
    /** Orders 0 to 10. */
    orders: OrderRow[];
    /** Whether the command took blocks, up to the step shown. */
    takes: boolean;
    /** Function that put blocks back: `expand`, `__free_one_page`; `null` where none was. */
    puts: string | null;
    /** Blocks that moved between two orders at the step shown, a split or a merge each. */
    moves: Move[];
    /** The last fallback of the command. */
    fallback: Fallback | null;
}

/** A zone by name. */
export interface ZoneName {
    /** Node. */
    node: number;
    /** Position of the zone in its node. */
    zone: number;
    /** Name as `/proc` writes it: `DMA32`. */
    name: string;
}

/** Migrate types by the letters of the page. */
export type MigrateName =
    /** `MIGRATE_UNMOVABLE`. */
    | "Unmovable"
    /** `MIGRATE_MOVABLE`. */
    | "Movable"
    /** `MIGRATE_RECLAIMABLE`. */
    | "Reclaimable"
    /** `MIGRATE_HIGHATOMIC`. */
    | "HighAtomic"
    /** `MIGRATE_CMA`. */
    | "Cma"
    /** `MIGRATE_ISOLATE`. */
    | "Isolate";

/** The lists of one CPU. */
export interface CpuRow {
    /** Number of the CPU. */
    cpu: number;
    /** Frames on all its lists. */
    frames: number;
    /** Order-0 lists, one cell a column; the type only of the three that CPUs keep. */
    cells: Cell[];
    /** Frames in its lists of orders 1 to 3 (and of huge pages). */
    higher_frames: number;
}

/** The list of one order and migrate type, shortened. */
export interface Cell {
    /** Block heads in list order, ghosts where they were. */
    chips: Chip[];
    /** The tail of a list too long to show: its last block. */
    last: number | null;
    /** Blocks on the list now. */
    count: number;
    /** Blocks that the command took and that are not shown as ghosts. */
    more_taken: number;
}

/** A block head. */
export interface Chip {
    /** First frame of the block. */
    pfn: number;
    /** What the command did to it. */
    state: ChipState;
}

/** What the command did to a block, up to the step shown. */
export type ChipState =
    /** Nothing. */
    | "Same"
    /** Took it off: a ghost in its place. */
    | "Taken"
    /** Put it there. */
    | "New";

/** One order. */
export interface OrderRow {
    /** The order. */
    order: number;
    /** Bytes of a block. */
    bytes: bigint;
    /** Blocks on all lists of the order (`nr_free`). */
    blocks: bigint;
    /** One cell a column. */
    cells: Cell[];
    /** Part of the zone's free memory, in thousandths, rounded. */
    permille: number;
}

/** A block that moved from one list to another at the step shown. */
export interface Move {
    /** Order it came from. */
    from_order: number;
    /** Head it came from. */
    from_pfn: number;
    /** Order it went to. */
    to_order: number;
    /** Head there. */
    to_pfn: number;
    /** Column of both. */
    column: bigint;
}

/** One theft from another migrate type, as far as it has gone at the step shown. */
export interface Fallback {
    /** Step that chose the block. */
    step: number;
    /** Whether the step shown belongs to it. */
    is_now: boolean;
    /** Type asked for. */
    asked: MigrateName;
    /** Order asked for. */
    order: number;
    /** Types that may be taken from, best first. */
    tried: MigrateName[];
    /** Type of the list that the block was on. */
    from: MigrateName;
    /** First frame of the block. */
    block: number;
    /** Order of the block. */
    block_order: number;
    /** How much changes hands. */
    extent: Extent;
    /** Order from which a block brings its pageblock along: half a pageblock's. */
    threshold: number;
    /** The weighing of the pageblock, once it is done. */
    weighed: Weighed | null;
    /** Pageblocks that changed their type, with the new one. */
    retyped: [number, MigrateName][];
    /** The boost of the watermarks: before, after, its cap. */
    boost: [number, number, number] | null;
}

/** How much a theft takes. */
export type Extent =
    /** The block. */
    | "Block"
    /** Every free block of its pageblock, perhaps the pageblock. */
    | "Pageblock"
    /** Whole pageblocks. */
    | "Pageblocks";

/** What a pageblock was found to hold. */
export interface Weighed {
    /** Its first frame. */
    first: number;
    /** Free frames. */
    free: number;
    /** Frames in use that suit the new type. */
    alike: number;
    /** What both together must reach. */
    needed: number;
}

/** A fallback with what it says about itself. */
export interface FallbackResult {
    /** The decision. */
    decision: Fallback;
    /** Why more than the block, or no more, may be taken. */
    reach: string;
    /** What the pageblock holds and what follows; `null` before it was weighed. */
    verdict: string | null;
}

/** Nodes and zones, and what a request would meet. */
export interface ZonesView {
    /** Frame after the last one of the machine. */
    frames: number;
    /** The nodes. */
    nodes: NodeRow[];
    /** Zones with memory, node by node, lowest first. */
    zones: ZoneRow[];
    /** The last watermark tests of the command up to the step shown, oldest first. */
    checks: CheckRow[];
    /** What a request would meet. */
    request: RequestView;
    /** Bands of the kernel's part of a 32-bit address space; empty on 64 bits. */
    bands: Band[];
}

/** A node. */
export interface NodeRow {
    /** Number. */
    node: number;
    /** Its processors. */
    cpus: number[];
    /** How far each node is, in node order; 10 is itself. */
    distances: number[];
    /** Zones in the order in which an allocation here tries them. */
    zonelist: ZoneName[];
}

/** A zone with memory. */
export interface ZoneRow {
    /** Name. */
    name: ZoneName;
    /** First frame, and the one after the last. */
    span: Run;
    /** Frames that exist. */
    present: bigint;
    /** Frames that the page allocator hands out. */
    managed: bigint;
    /** Runs without RAM inside the span, at most `HOLES_MAX`. */
    holes: Run[];
    /** Free frames (`NR_FREE_PAGES`). */
    free: bigint;
    /** Free frames before the step shown, where it changed them. */
    free_before: bigint | null;
    /** Marks min, low, high without the boost. */
    marks: [bigint, bigint, bigint];
    /** What is added to every mark for now. */
    boost: bigint;
    /** Frames held back for requests that cannot wait. */
    highatomic: bigint;
    /** Flags that are set. */
    flags: string[];
    /** What is kept from requests that could go to a higher zone. */
    reserves: Reserve[];
    /** Lists of the processors. */
    cpus: PcpRow[];
    /** Whether the step shown wrote marks, boost, reserve or flags. */
    changed: boolean;
}

/** A row of `lowmem_reserve`. */
export interface Reserve {
    /** Highest zone that the request could have used. */
    from: string;
    /** Frames kept from it. */
    pages: bigint;
}

/** A processor's lists of a zone. */
export interface PcpRow {
    /** Processor. */
    cpu: number;
    /** Frames on all lists. */
    count: bigint;
    /** Frames they may hold. */
    high: bigint;
    /** Blocks that are taken or given back at once. */
    batch: bigint;
    /** Blocks by list, in the kernel's order; lists without any are left out. */
    lists: PcpList[];
    /** Whether the step shown wrote the counters. */
    changed: boolean;
}

/** A list of a processor. */
export interface PcpList {
    /** Type of its blocks. */
    migrate: MigrateName;
    /** Order of its blocks. */
    order: number;
    /** Blocks. */
    blocks: number;
}

/** A test that the command made. */
export interface CheckRow {
    /** The zone. */
    zone: ZoneName;
    /** Order wanted. */
    order: number;
    /** The test. */
    test: WatermarkTest;
    /** Command and step of it. */
    at: [number, number];
    /** Whether it is the step shown. */
    now: boolean;
}

/**
 * A watermark test with its operands: passed if `free - unusable > mark + reserve` and there
 * is a block.
 */
export interface WatermarkTest {
    /** Which mark. */
    level: MarkName;
    /** Free frames. */
    free: bigint;
    /** Frames of those that the request cannot have. */
    unusable: bigint;
    /** The mark: boost added, privileges deducted. */
    mark: bigint;
    /** What is kept from this request. */
    reserve: bigint;
    /** What came of it. */
    verdict: WatermarkVerdict;
}

/** A watermark. */
export type MarkName =
    /** `WMARK_MIN`. */
    | "Min"
    /** `WMARK_LOW`. */
    | "Low"
    /** `WMARK_HIGH`. */
    | "High";

/** What came of a watermark test. */
export type WatermarkVerdict =
    /** The zone may give. */
    | "Ok"
    /** Too few free frames. */
    | "TooFew"
    /** Enough, but no block that large. */
    | "NoBlock";

/** What a request would meet. */
export interface RequestView {
    /** What was asked. */
    ask: RequestAsk;
    /** Highest zone that its flags allow. */
    highest: string;
    /** Type of the blocks wanted. */
    migrate: MigrateName;
    /** Zones of the zonelist, in order. */
    tries: TryRow[];
    /** The zone that would serve it, an index into `tries`, and the mark that let it. */
    served: [bigint, MarkName] | null;
}

/** What is asked about a request. */
export interface RequestAsk {
    /** Flags, an index into `GFPS`. */
    gfp: bigint;
    /** Order. */
    order: number;
    /** Node to begin with. */
    node: number;
}

/** A zone that a request would try. */
export interface TryRow {
    /** The zone. */
    zone: ZoneName;
    /** The low mark, then the minimum mark; `null` where the flags leave the zone out. */
    tests: [WatermarkTest, WatermarkTest] | null;
}

/** A band of the kernel's part of a 32-bit address space. */
export interface Band {
    /** What it is for. */
    kind: string;
    /** First address. */
    start: bigint;
    /** Address after the last. */
    end: bigint;
}

/** The caches and one of them in full. */
export interface SlabView {
    /** Caches: those that hold slabs or that the script made; all of them when that was asked. */
    caches: CacheRow[];
    /** Caches that are left out. */
    hidden: number;
    /** The cache in full, `null` without any that has a slab or was made. */
    cache: CacheDetail | null;
    /** What `kmalloc` chooses. */
    kmalloc: KmallocView;
}

/** A cache in the list. */
export interface CacheRow {
    /** Name in `/proc/slabinfo`. */
    name: string;
    /** Bytes of an object as its user sees it. */
    object_size: number;
    /** Bytes from one object to the next. */
    size: number;
    /** Objects of a slab. */
    per_slab: number;
    /** Order of a slab. */
    order: number;
    /** Slabs. */
    slabs: bigint;
    /** Objects of all slabs. */
    objects: bigint;
    /** Objects that no node's list has free: what `/proc/slabinfo` calls active. */
    active: bigint;
    /** Slabs that processors have, those on their partial lists included. */
    cpu_slabs: bigint;
    /** Slabs on nodes' lists. */
    partial: bigint;
    /** Slabs without a free object, which no list has. */
    full: bigint;
    /** Whether the step shown wrote something of it. */
    changed: boolean;
}

/** A cache in full. */
export interface CacheDetail {
    /** The line of the list. */
    row: CacheRow;
    /** Bytes that objects are aligned to. */
    align: number;
    /** Bytes at the end of a slab that no object uses. */
    rest: number;
    /** Empty slabs that a node keeps. */
    min_partial: number;
    /** Slabs that a processor's partial list may hold. */
    cpu_partial_slabs: number;
    /** Where slabs are. */
    lanes: Lane[];
    /** The slab that is shown large. */
    slab: SlabGrid | null;
}

/** Slabs at one place. */
export interface Lane {
    /** The place. */
    place: LanePlace;
    /** Slabs there. */
    slabs: bigint;
    /** The first of them, at most `LANE_SLABS`. */
    shown: SlabTile[];
}

/** Where a slab is. */
export type LanePlace =
    /** The slab that a processor allocates from. */
    | { Cpu: number }
    /** A processor's partial list. */
    | { CpuPartial: number }
    /** A node's partial list. */
    | { Node: number }
    /** On no list: all objects in use. */
    | "Full";

/** A slab, small. */
export interface SlabTile {
    /** First frame. */
    pfn: number;
    /** Objects. */
    objects: number;
    /** Objects in use. */
    used: number;
    /** Which objects are in use, from object 0 on; at most `TILE_OBJECTS`. */
    cells: boolean[];
    /** Whether the step shown wrote it or an object of it. */
    changed: boolean;
}

/** A slab, large. */
export interface SlabGrid {
    /** Its cache. */
    cache: string;
    /** First frame. */
    pfn: number;
    /** Order. */
    order: number;
    /** Address of object 0. */
    address: bigint;
    /** Bytes from one object to the next. */
    size: number;
    /** Where it is. */
    place: LanePlace;
    /** Objects that are not on its own freelist, as its page struct counts (`inuse`). */
    inuse: number;
    /** Whether a processor has it (`frozen`). */
    frozen: boolean;
    /** Objects. */
    objects: number;
    /** A window of them, at most `GRID_OBJECTS`, around the one that matters. */
    cells: ObjectCell[];
    /** Each freelist from its head, at most `LIST_OBJECTS` of it: which, its length, its start. */
    lists: [Freelist, number, number[]][];
    /** First object of the freelist of the processor that allocates from it. */
    cpu_freelist: number | null;
    /** First object of its own freelist. */
    freelist: number | null;
}

/** An object. */
export interface ObjectCell {
    /** Number in the slab. */
    index: number;
    /** What it is. */
    state: ObjectState;
    /** Whether the step shown wrote it. */
    changed: boolean;
}

/** State of an object. */
export type ObjectState =
    /** Somebody's. */
    | "Allocated"
    /** Free: which freelist, its place there from 1, and the next one. */
    | { Free: { list: Freelist; nth: number; next: number | null } };

/** Freelists of a slab. */
export type Freelist =
    /** The processor's, without a lock. */
    | "Cpu"
    /** Its own: what others freed into it. */
    | "Slab";

/** What `kmalloc` chooses for a size. */
export interface KmallocView {
    /** Bytes asked for. */
    bytes: bigint;
    /** The choice; `null` for nothing at all or more than a block holds. */
    choice: KmallocChoice | null;
    /** The classes of ordinary requests, smallest first. */
    classes: KmallocClass[];
}

/** What serves a size. */
export interface KmallocChoice {
    /** The cache; `null` for whole frames. */
    cache: string | null;
    /** Bytes that are taken. */
    takes: bigint;
    /** Order of the block, for whole frames. */
    order: number | null;
}

/** A size of `kmalloc`. */
export interface KmallocClass {
    /** Bytes of an object. */
    size: bigint;
    /** The cache. */
    cache: string;
    /** Objects of its slabs. */
    objects: bigint;
}

/** The kernel's own mappings. */
export interface VmallocView {
    /** Hex digits of an address. */
    digits: number;
    /** First address of the kernel's half. */
    kernel_start: bigint;
    /** What the kernel's half is divided into, in address order, gaps included. */
    bands: BandView[];
    /** Areas, in address order; the first at most `AREA_ROWS`. */
    areas: AreaRow[];
    /** Areas that are not in the list. */
    more_areas: number;
    /** The area shown page by page: the one that was asked for, else the last that was made. */
    area: AreaDetail | null;
    /** Addresses that wait for a flush, in address order. */
    lazy: Waiting[];
    /** Pages of those. */
    lazy_pages: bigint;
    /** Pages above which they are flushed. */
    lazy_max: bigint;
    /** Frames of all areas. */
    used_pages: bigint;
    /** Memory of the script that is contiguous, for comparison. */
    contiguous: Contiguous[];
    /** Slots for frames without an address, where there are such frames. */
    kmap: KmapView | null;
}

/** A part of the kernel's half. */
export interface BandView {
    /** What it is for; `null` is a gap. */
    kind: string | null;
    /** First address. */
    start: bigint;
    /** Address after the last. */
    end: bigint;
}

/** An area. */
export interface AreaRow {
    /** First address. */
    start: bigint;
    /** First address of the guard page. */
    guard: bigint;
    /** Address after the guard page. */
    end: bigint;
    /** Bytes that were asked for. */
    bytes: bigint;
    /** Frames. */
    frames: number;
    /** Pieces that follow each other in memory. */
    pieces: number;
    /** Label of the script, or what the area is for. */
    label: string | null;
    /** The area whose list of frames it holds. */
    list_of: bigint | null;
    /** Whether the command wrote it, up to the step shown. */
    changed: boolean;
}

/** An area in full. */
export interface AreaDetail {
    /** Its row. */
    row: AreaRow;
    /** Its pages, the first at most `PAGE_ROWS`. */
    pages: PageRow[];
    /** Pages that are not in the list. */
    more_pages: number;
    /** How many of its frames lie in each of `SCATTER_COLUMNS` equal parts of memory. */
    scatter: number[];
    /** Frames of the machine. */
    machine: number;
    /** Frames as runs, in the order of addresses; the first few. */
    runs: Run[];
}

/** A page of an area. */
export interface PageRow {
    /** Its address. */
    va: bigint;
    /** Its frame. */
    pfn: number;
    /** The entry that maps it: frame of the table, index. */
    entry: [number, number] | null;
    /** Whether the command wrote the entry, up to the step shown. */
    changed: boolean;
}

/** Addresses that wait for a flush. */
export interface Waiting {
    /** First address. */
    start: bigint;
    /** Address after the last. */
    end: bigint;
}

/** Memory in one piece, in the direct map. */
export interface Contiguous {
    /** Label of the script. */
    label: string;
    /** Its address: physical address + `offset`. */
    va: bigint;
    /** Its physical address. */
    pa: bigint;
    /** `PAGE_OFFSET`. */
    offset: bigint;
    /** Frames of the block it lies in. */
    frames: Run;
}

/** Slots for frames without an address. */
export interface KmapView {
    /** Slots. */
    slots: number;
    /** Slots with users. */
    used: number;
    /** Slots that are mapped and have no user. */
    idle: number;
    /** The slot that was given last. */
    last: number;
    /** Slots that are mapped, the first at most `SLOT_ROWS`. */
    rows: SlotRow[];
}

/** A mapped slot. */
export interface SlotRow {
    /** Its number. */
    slot: number;
    /** Its address. */
    va: bigint;
    /** The frame. */
    pfn: number;
    /** Users. */
    users: number;
}

/** A zone as compaction sees it. */
export interface CompactionView {
    /** Zones to choose from. */
    zones: ZoneName[];
    /** The zone shown, an index into `zones`. */
    zone: bigint;
    /** Its frames. */
    span: Run;
    /** Frames of a pageblock. */
    pageblock_frames: number;
    /** Pageblocks that a cell stands for: one, unless the zone is large. */
    per_cell: number;
    /** The zone from its first pageblock to its last, at most `CELLS_MAX` cells. */
    cells: BlockCell[];
    /** Where the next run starts its scanners. */
    cached: CachedPositions;
    /** The last run of the command in the zone, up to the step shown. */
    run: RunView | null;
    /** What free memory is worth, order by order. */
    orders: OrderIndex[];
    /** `extfrag_threshold`: an index up to it means shortage, not fragmentation. */
    threshold: bigint;
    /** Attempts that are left out because of failures. */
    deferral: Deferral;
    /** What a request would meet. */
    outlook: CompactOutlook;
    /**
     * The node's fragmentation score in percent, and the marks between which kcompactd works on its own
     * account: it stops at the first and starts above the second.
     */
    score: [bigint, bigint, bigint];
    /** Order that kcompactd was asked for, if it was. */
    kcompactd: number | null;
}

/** One pageblock, or several. */
export interface BlockCell {
    /** Number of the first pageblock. */
    block: number;
    /** Its migrate type. */
    migrate: MigrateName;
    /** Pageblocks of the cell that scanners leave out (`PB_migrate_skip`). */
    skipped: number;
    /** Frames in use that could move: anonymous memory and page cache. */
    movable: number;
    /** Free frames. */
    free: number;
    /** Frames in use for anything else. */
    fixed: number;
    /** Whether the step shown wrote it: the hint, the type, or one of its frames. */
    changed: boolean;
}

/**
 * Cached positions of the scanners, `null` where the zone does not contain what is cached: then the
 * scanner starts at its end of the zone.
 */
export interface CachedPositions {
    /** `compact_cached_migrate_pfn[0]`. */
    migrate_async: number | null;
    /** `compact_cached_migrate_pfn[1]`. */
    migrate_sync: number | null;
    /** `compact_cached_free_pfn`. */
    free: number | null;
}

/** A run of compaction over the zone. */
export interface RunView {
    /** Where the migrate scanner started, and where it is. */
    migrate: [number, number];
    /** Where the free scanner started, and where it is. */
    free: [number, number];
    /** `async` or `sync`. */
    mode: string;
    /** Steps of the migrate scanner, and of the free scanner. */
    scanned: [number, number];
    /** Pages moved, and pages that stayed where they were. */
    moved: [number, number];
    /** Pages that are isolated, from the last look of the migrate scanner on. */
    isolated: number;
    /** The last moves, oldest first: from, to. */
    last: [number, number][];
    /** What came of it, `null` while it runs. */
    result: string | null;
}

/** What free memory is worth to requests of an order. */
export interface OrderIndex {
    /** The order. */
    order: number;
    /** Blocks of it that the free ones hold. */
    fits: bigint;
    /** Part of free memory that is useless to it, in thousandths. */
    unusable: bigint;
    /** Fragmentation index in thousandths: -1000 where a block fits. */
    fragmentation: bigint;
}

/** Failures of the zone. */
export interface Deferral {
    /** Least order that failed; requests below it are not deferred. */
    order_failed: number;
    /** Attempts since the last failure. */
    considered: bigint;
    /** Attempts that are left out. */
    limit: bigint;
}

/** What compaction would do for a request. */
export interface CompactOutlook {
    /** Order of the request. */
    order: number;
    /** Free frames. */
    free: bigint;
    /** Free frames that it takes: the mark, and twice the block. */
    needed: bigint;
    /** Fragmentation index in thousandths. */
    index: bigint;
    /** What the kernel answers. */
    answer: CompactionAnswer;
    /** Whether the attempt would be left out because of failures. */
    deferred: boolean;
}

/** Answers to "could compaction help?". */
export type CompactionAnswer =
    /** Not needed: a block is there. */
    | "NotNeeded"
    /** It could. */
    | "Helps"
    /** Too little free memory to move pages to. */
    | "TooLittle"
    /** Memory is short rather than fragmented. */
    | "NotFragmented";

/** The strip: the whole machine, one column a pageblock or several. */
export interface StripView {
    /** Frames of the machine. */
    frames: number;
    /** Frames of a pageblock. */
    pageblock_frames: number;
    /** Pageblocks of a column. */
    blocks_per_column: number;
    /** The columns, lowest frame first. */
    columns: StripColumn[];
    /** Where zones begin. */
    zones: ZoneMark[];
    /** Kinds that occur in this machine, with their frames, in the order of the legend. */
    kinds: KindCount[];
}

/** One column of the strip. */
export interface StripColumn {
    /**
     * Top to bottom. One pageblock: the kind of most frames in each sixteenth. Several: kinds
     * by their share.
     */
    cells: FrameKind[];
    /** Migrate type of the pageblock, of most of them when there are several. */
    migrate: MigrateName;
}

/** A zone's place. */
export interface ZoneMark {
    /** Node. */
    node: number;
    /** Position of the zone in its node. */
    zone: number;
    /** Name. */
    name: string;
    /** First frame. */
    start: number;
    /** Frame after the last. */
    end: number;
}

/** Frames of a kind. */
export interface KindCount {
    /** The kind. */
    kind: FrameKind;
    /** Frames. */
    frames: bigint;
}

/** One process. */
export interface ProcessView {
    /** Processes to choose from. */
    processes: ProcessName[];
    /** The one shown; `null` when there is none yet. */
    process: ProcessDetail | null;
}

/** An address space. */
export interface ProcessDetail {
    /** The process. */
    process: ProcessName;
    /** First address above the user half: `TASK_SIZE`. */
    user_end: bigint;
    /** First address of the kernel half. */
    kernel_start: bigint;
    /** Last address there is. */
    last: bigint;
    /** Hex digits of an address in `maps`. */
    digits: number;
    /** Areas and the gaps between them, lowest address first. */
    bar: Segment[];
    /** Areas, lowest address first, as `/proc/PID/maps` lists them. */
    areas: VmaRow[];
    /** Areas that are left out, behind the first so many of those listed. */
    left_out: number;
    /** How many are listed before them. */
    left_out_after: number;
    /** Counters. */
    counters: TaskCounter[];
}

/** A piece of the bar. */
export interface Segment {
    /** First address. */
    start: bigint;
    /** Address after the last. */
    end: bigint;
    /** Index into `areas`, `null` for a gap. */
    area: bigint | null;
    /**
     * Width on the bar, in parts of `ProcessDetail::bar`'s sum: grows with the logarithm of
     * the size, so that a page and a terabyte fit one picture.
     */
    weight: number;
}

/** An area. */
export interface VmaRow {
    /** First address. */
    start: bigint;
    /** Address after the last. */
    end: bigint;
    /** `rw-p`. */
    perms: string;
    /** Offset in the file, bytes. */
    offset: bigint;
    /** What `maps` writes at the end of the line: a file, `[heap]`, `[stack]`, or nothing. */
    name: string;
    /** What it is for. */
    role: Role;
    /** Labels of the script that point into it, with their distance from `start`. */
    labels: [string, bigint][];
    /** Whether the command wrote it, up to the step shown. */
    changed: boolean;
}

/** What an area is for. */
export type Role =
    /** Program text and data, libraries. */
    | "Image"
    /** `[heap]`. */
    | "Heap"
    /** `[stack]`. */
    | "Stack"
    /** Anonymous memory. */
    | "Anon"
    /** A mapped file. */
    | "File"
    /** `[vvar]`, `[vdso]`. */
    | "Vdso";

/** A counter of a process. */
export interface TaskCounter {
    /** Which. */
    name: CounterName;
    /** Its value, in the counter's unit. */
    value: bigint;
    /** Its value before the command. */
    before: bigint;
}

/** Counters of a process. */
export type CounterName =
    /** Minor faults (`min_flt`). */
    | "MinorFaults"
    /** Major faults (`maj_flt`). */
    | "MajorFaults"
    /** Resident pages, kB (`VmRSS`). */
    | "Rss"
    /** Page-table pages, kB (`VmPTE`). */
    | "PageTables"
    /** Address space, kB (`VmSize`). */
    | "Size"
    /** The program break (`brk`), an address. */
    | "Brk";

/** The selected thing in full. */
export type InspectorView =
    /** Nothing is selected. */
    | "Empty"
    /** The thing is not there at the step shown. */
    | { Gone: Thing }
    /** A frame. */
    | { Frame: FrameView }
    /** An entry of a page table. */
    | { Entry: EntryView }
    /** An area. */
    | { Vma: VmaView }
    /** An area of the kernel's own addresses. */
    | { VmapArea: AreaRow }
    /** A process. */
    | { Process: ProcessSummary }
    /** A zone. */
    | { Zone: ZoneView }
    /** A memory node. */
    | { Node: NodeView }
    /** A pageblock. */
    | { Pageblock: PageblockPage }
    /** A cache of small objects. */
    | { Cache: CacheDetail }
    /** A slab. */
    | { Slab: SlabGrid }
    /** An object of a slab. */
    | { Object: ObjectPage };

/** A frame: what it is, where it is, its `struct page`, and its life. */
export interface FrameView {
    /** Number. */
    pfn: number;
    /** Use. */
    kind: FrameKind;
    /** Zone it lies in. */
    zone: ZoneName;
    /** Pageblock it lies in. */
    pageblock: number;
    /** Frames of that pageblock. */
    pageblock_frames: Run;
    /** Migrate type of that pageblock. */
    migrate: MigrateName;
    /** Physical addresses, first and last. */
    physical: [bigint, bigint];
    /**
     * Where the kernel keeps its `struct page`: `vmemmap` + 64 bytes a frame; `null` on a
     * machine whose `mem_map` is elsewhere.
     */
    page_address: bigint | null;
    /** Its address in the kernel's direct map; `null` in high memory. */
    direct_address: bigint | null;
    /** Section of the sparse memory map and its frames; `null` on a machine with one flat map. */
    section: [number, Run] | null;
    /** What `/proc/kpageflags` says, by name; `null` where nobody knows. */
    kpageflags: string[] | null;
    /** What its pageblock holds. */
    around: FrameRun[];
    /** Head and order of the block it belongs to. */
    block: [number, number];
    /** Entries that map it: process, address. */
    mapped_by: Mapping[];
    /** The area of `vmalloc` that it belongs to, and its address there. */
    vmalloc: [bigint, bigint] | null;
    /** Where the LRU has it. */
    lru: LruPlace | null;
    /** The next block on the list it is on. */
    next: NextOnList | null;
    /** The block it would merge with. */
    buddy: BuddyBlock | null;
    /** The table it holds. */
    table: TableUse | null;
    /** `_refcount`. */
    refcount: number;
    /** `_mapcount` as the kernel stores it: mappings less one. */
    mapcount: bigint;
    /** Flags that are set, by name. */
    flags: string[];
    /** The eight words of the `struct page`. */
    words: PageWord[];
    /** Which arm of the union is in use. */
    arm: Arm;
    /** Fields of the union's other arms, and of older kernels. */
    other_fields: StructField[];
    /** The entry that maps it. */
    entry: EntryView | null;
    /** What happened to it, oldest first; the last at most `LIFE_LINES`. */
    life: LifeLine[];
}

/** Frames of one kind that follow each other. */
export interface FrameRun {
    /** First frame. */
    start: number;
    /** Frame after the last. */
    end: number;
    /** Their kind. */
    kind: FrameKind;
    /** Order of a free block, whose outline is drawn. */
    order: number | null;
    /** Place of its group in `MapView::groups`. */
    group: number;
}

/** A place that maps a frame. */
export interface Mapping {
    /** Process. */
    process: ProcessName;
    /** Virtual address. */
    address: bigint;
    /** The address by a label of the script: `buf+0x178000`. */
    expression: string | null;
    /** The area it lies in. */
    area: VmaRow | null;
    /** Frame of the table whose entry maps it, and the entry. */
    entry: [number, number];
}

/** Where the LRU lists have a page. */
export type LruPlace =
    /** In a CPU's batch of new pages, on no list yet. */
    | { Batch: { cpu: number; place: number; of: number } }
    /** On the list of this name. */
    | { List: string };

/** The block behind another on a list. */
export interface NextOnList {
    /** Its first frame; `null` when the list ends. */
    pfn: number | null;
    /** What it is used for. */
    kind: FrameKind;
    /** The list, as the kernel writes it. */
    list: string;
}

/** The block next to a block, with which it would merge. */
export interface BuddyBlock {
    /** Its first frame. */
    pfn: number;
    /** Order of both. */
    order: number;
    /** What it is used for. */
    kind: FrameKind;
    /** Whether it is free and whole, so that freeing this one merges them. */
    merges: boolean;
}

/** A page-table page. */
export interface TableUse {
    /** Level of its entries. */
    level: LevelName;
    /** Process whose table it is. */
    process: ProcessName | null;
    /** Entries in use. */
    used: number;
    /** Entries of the table. */
    entries: number;
    /** Entries in use, as runs. */
    in_use: Run[];
    /** The first entries in use. */
    rows: TableRow[];
}

/** An entry in a list. */
export interface TableRow {
    /** Position. */
    index: number;
    /** What it names. */
    target: Target;
}

/** One of the eight words of a `struct page`. */
export interface PageWord {
    /** Bytes from the start of the structure. */
    offset: number;
    /** Field of the arm in use; the first where two share the word. */
    field: PageField;
    /** Value as it is written: hex, or a small number. */
    value: string;
    /** The frame that the value leads to. */
    link: number | null;
    /** Whether the word belongs to the union. */
    in_union: boolean;
    /** Whether the command wrote it, up to the step shown. */
    changed: boolean;
}

/** A field of `struct page`. */
export type PageField =
    /** PG_ bits below; node, zone (and without vmemmap the section) above */
    | "Flags"
    /** next page on the LRU list; a CPU's batch keeps the page before that */
    | "LruNext"
    /** previous page on the LRU list */
    | "LruPrev"
    /** next block of this order and type (shares the word with lru) */
    | "BuddyNext"
    /** previous block of this order and type */
    | "BuddyPrev"
    /** next block on this CPU's list */
    | "PcpNext"
    /** previous block on this CPU's list */
    | "PcpPrev"
    /** address_space of a file page; anon_vma with bit 0 set of an anonymous one */
    | "Mapping"
    /** page number in the file, or in the address space */
    | "Index"
    /** order of a free block, swap entry in the swap cache, buffers of a file */
    | "Private"
    /** next slab of the list (in 6.1 the arm is struct slab) */
    | "SlabNext"
    /** previous slab, or slabs left on a CPU's partial list */
    | "SlabPrev"
    /** the kmem_cache that the slab belongs to */
    | "SlabCache"
    /** first free object of the slab */
    | "Freelist"
    /** inuse:16, objects:15, frozen:1, written together with freelist */
    | "Counters"
    /** tail page: address of the head with bit 0 set (PageTail) */
    | "CompoundHead"
    /** spare page tables for splitting huge pages below this table */
    | "PmdHugePte"
    /** overlays compound_head, so bit 0 must stay 0 */
    | "PtPad1"
    /** overlays mapping */
    | "PtPad2"
    /** the mm_struct of a PGD (x86 only) */
    | "PtMm"
    /** spin lock of this page table */
    | "Ptl"
    /** page-table entries that map the page, less one */
    | "Mapcount"
    /** what an unmapped page is: PG_buddy, PG_table, PG_offline */
    | "PageType"
    /** users of the page; at 0 it goes back to the allocator */
    | "Refcount"
    /** memory cgroup that pays for it (mem_cgroup before 5.11) */
    | "MemcgData"
    /** first tail page: how the compound page is freed */
    | "CompoundDtor"
    /** first tail page: order of the compound page */
    | "CompoundOrder"
    /** first tail page: PMD mappings of the whole, less one */
    | "CompoundMapcount"
    /** second tail page: queue of huge pages to split */
    | "DeferredList"
    /** ZONE_DEVICE: the device's page map */
    | "Pgmap"
    /** ZONE_DEVICE: for the driver (hmm_data until 5.3) */
    | "ZoneDeviceData"
    /** overlays the union while the page waits for RCU to free it */
    | "RcuHead"
    /** gone in 5.17: struct slab counts slabs instead */
    | "Pages"
    /** gone in 5.16: a partial list is limited by slabs, not objects */
    | "Pobjects"
    /** SLAB: first object; this kernel is built with SLUB */
    | "SMem"
    /** SLAB: objects in use; moved to struct slab in 5.17 */
    | "Active"
    /** SLOB: moved to struct slab in 5.17 */
    | "Units"
    /** powerpc only: fragments of a page-table page */
    | "PtFragRefcount"
    /** only with WANT_PAGE_VIRTUAL; x86 computes it, HighMem hashes it */
    | "Virtual"
    /** only where the flags have no room; here it is in flags */
    | "LastCpupid";

/** Which arm of the union of `struct page` is in use. */
export type Arm =
    /** Page cache and anonymous memory. */
    | "Anon"
    /** Behind the head of a page of several frames. */
    | "Tail"
    /** Page cache. */
    | "File"
    /** Slab. */
    | "Slab"
    /** Page table. */
    | "PageTable"
    /** A block in a buddy list. */
    | "Buddy"
    /** A frame on a CPU's list. */
    | "Pcp"
    /** None: kernel memory that nobody lists. */
    | "None";

/** A field of a kernel structure. */
export interface StructField {
    /** Which field: its name and its meaning. */
    field: FieldId;
    /** What it holds. */
    value: FieldValue;
    /** What the value leads to, in the order of the text. */
    links: [string, Thing][];
    /** Whether the step shown wrote it. */
    changed: boolean;
}

/** A field of one of the structures that are shown field by field. */
export type FieldId =
    /** Of `struct page`. */
    | { Page: PageField }
    /** Of `struct zone`. */
    | { Zone: ZoneField }
    /** Of `pg_data_t`. */
    | { Node: NodeField };

/** A field of `struct zone`. */
export type ZoneField =
    /** min, low, high: below low kswapd wakes, below min ordinary requests reclaim */
    | "Watermark"
    /** added to the marks for a while after types were mixed in a pageblock */
    | "WatermarkBoost"
    /** pages in pageblocks kept for high-order requests that cannot wait */
    | "NrReservedHighatomic"
    /** pages kept from requests that could also use a higher zone, by that zone */
    | "LowmemReserve"
    /** number of the node, with CONFIG_NUMA */
    | "Node"
    /** back to the node's pg_data_t */
    | "ZonePgdat"
    /** per CPU: lists of free pages, their count, high, batch (pageset until 5.13) */
    | "PerCpuPageset"
    /** per CPU: counters not yet added to vm_stat, up to stat_threshold */
    | "PerCpuZonestats"
    /** limit of a CPU's lists */
    | "PagesetHigh"
    /** pages that move between a CPU's list and the buddy at a time */
    | "PagesetBatch"
    /** migrate type of each pageblock; with SPARSEMEM in mem_section.usage */
    | "PageblockFlags"
    /** first frame */
    | "ZoneStartPfn"
    /** present less what boot reserved: what the allocator hands out */
    | "ManagedPages"
    /** first to last frame, holes included */
    | "SpannedPages"
    /** spanned less holes */
    | "PresentPages"
    /** pages in CMA areas */
    | "CmaPages"
    /** as /proc/zoneinfo prints it */
    | "Name"
    /** pageblocks isolated for migration or removal */
    | "NrIsolatePageblock"
    /** guards start and spanned against memory hotplug */
    | "SpanSeqlock"
    /** set once the free lists exist */
    | "Initialized"
    /** per order: free blocks (nr_free) and a list per migrate type */
    | "FreeArea"
    /** ZONE_BOOSTED_WATERMARK, ZONE_RECLAIM_ACTIVE */
    | "Flags"
    /** guards free_area */
    | "Lock"
    /** free pages below it are counted exactly, CPUs' remainders included; 0: no need */
    | "PercpuDriftMark"
    /** where compaction's free scanner starts; 0 before the first run */
    | "CompactCachedFreePfn"
    /** where its migrate scanner starts, async and sync */
    | "CompactCachedMigratePfn"
    /** first frame worth migrating when the hints were last reset */
    | "CompactInitMigratePfn"
    /** last frame worth filling when the hints were last reset */
    | "CompactInitFreePfn"
    /** attempts since the last failure; below 1 << defer_shift they are skipped */
    | "CompactConsidered"
    /** binary logarithm of the attempts to skip */
    | "CompactDeferShift"
    /** lowest order that failed; smaller ones are never deferred */
    | "CompactOrderFailed"
    /** the scanners met: clear the skip bits of pageblocks */
    | "CompactBlockskipFlush"
    /** no hole between its pageblocks, so pfn checks are skipped */
    | "Contiguous"
    /** the zone's counters; those that are not 0 */
    | "VmStat"
    /** where allocations landed (vm_numa_stat until 5.13) */
    | "VmNumaEvent"
    /** gone in 2.6: a page's PG_buddy and order say whether its buddy is free */
    | "Bitmap"
    /** ZONE_PADDING() keeps the groups on separate cache lines */
    | "Padding"
    /** gone in 2.6: pages come from the node or from vmemmap */
    | "ZoneMemMap";

/** A field of `pg_data_t`, `struct pglist_data`. */
export type NodeField =
    /** its zones, empty ones too */
    | "NodeZones"
    /** zones in the order tried: own node first; the second list has only its own */
    | "NodeZonelists"
    /** highest zone with memory, plus one */
    | "NrZones"
    /** array of struct page with FLATMEM; here SPARSEMEM, see vmemmap */
    | "NodeMemMap"
    /** debug data of each page, FLATMEM with CONFIG_PAGE_EXTENSION */
    | "NodePageExt"
    /** guards the sizes against memory hotplug */
    | "NodeSizeLock"
    /** first frame */
    | "NodeStartPfn"
    /** frames that exist */
    | "NodePresentPages"
    /** first to last frame, holes included */
    | "NodeSpannedPages"
    /** number */
    | "NodeId"
    /** kswapd sleeps here */
    | "KswapdWait"
    /** allocators throttled until kswapd makes progress */
    | "PfmemallocWait"
    /** the thread that reclaims in the background */
    | "Kswapd"
    /** order that kswapd was woken for */
    | "KswapdOrder"
    /** highest zone it was woken for (kswapd_classzone_idx until 5.7) */
    | "KswapdHighestZoneidx"
    /** runs without a page in a row; at 16 it gives up */
    | "KswapdFailures"
    /** order that kcompactd was woken for; 0: nothing to do */
    | "KcompactdMaxOrder"
    /** highest zone it was woken for (kcompactd_classzone_idx until 5.7) */
    | "KcompactdHighestZoneidx"
    /** somebody wrote compaction_proactiveness: look at the score at once */
    | "ProactiveCompactTrigger"
    /** kcompactd sleeps here */
    | "KcompactdWait"
    /** the thread that compacts in the background */
    | "Kcompactd"
    /** high marks and largest reserves of its zones: not for user space */
    | "TotalreservePages"
    /** 1 % of the node: unmapped file pages needed for zone reclaim */
    | "MinUnmappedPages"
    /** 5 % of the node: reclaimable slab needed for zone reclaim */
    | "MinSlabPages"
    /** first struct page left for later, CONFIG_DEFERRED_STRUCT_PAGE_INIT */
    | "FirstDeferredPfn"
    /** huge pages to split under pressure (split_queue_lock, split_queue, split_queue_len until 5.3) */
    | "DeferredSplitQueue"
    /** LRU lists of the node; with cgroups one per cgroup (lruvec until 5.7) */
    | "Lruvec"
    /** PGDAT_DIRTY, PGDAT_WRITEBACK, PGDAT_RECLAIM_LOCKED */
    | "Flags"
    /** per CPU: counters not yet added to vm_stat */
    | "PerCpuNodestats"
    /** the node's counters; those that are not 0 */
    | "VmStat"
    /** moved in 5.11 into lruvec: one lock per cgroup and node */
    | "LruLock"
    /** gone in 2.6: NODE_DATA(nid) and for_each_online_pgdat() */
    | "NodeNext"
    /** gone in 4.20: memblock replaced the boot allocator */
    | "Bdata";

/** What a field holds. */
export type FieldValue =
    /** A value of the model, as it is written. */
    | { Live: string }
    /** Another arm of the union has the word in this use of the page. */
    | "OtherUse"
    /** The kernel has it, the model does not; and why. */
    | { NotModelled: Lack }
    /** 6.1 has it under a condition that this machine's kernel does not meet. */
    | "NotBuilt"
    /** 6.1 has no such field any more. */
    | "Gone";

/** Why the model has no such field. */
export type Lack =
    /** one thing runs at a time: nothing waits, nothing is locked */
    | "Waiting"
    /** memory is neither added nor removed here */
    | "Hotplug"
    /** kswapd is called but does not run yet */
    | "Reclaim"
    /** no pageblock is isolated here */
    | "Isolation"
    /** each pageblock is looked at, so nothing is saved */
    | "Holes"
    /** where the array itself lies is not modelled */
    | "Placed"
    /** no memory of devices here */
    | "Devices";

/** An entry of a page table, bit by bit. */
export interface EntryView {
    /** Frame that holds the table. */
    table: number;
    /** Position in it. */
    index: number;
    /** Level. */
    level: LevelName;
    /** The entry. */
    raw: bigint;
    /** The entry before the command, where that differs. */
    before: bigint | null;
    /** Bits of an entry: 64 or 32. */
    width: number;
    /** What it names. */
    target: Target;
    /** Fields that are set, highest bit first. */
    fields: EntryField[];
    /** Names of the fields that are 0. */
    clear: string[];
}

/** A field of an entry that is set. */
export interface EntryField {
    /** Which. */
    name: FieldName;
    /** Highest bit. */
    high: number;
    /** Lowest bit. */
    low: number;
    /** Value. */
    value: bigint;
}

/** Fields of an x86 entry, as far as Linux uses them. */
export type FieldName =
    /** No-execute. */
    | "NoExecute"
    /** Frame number. */
    | "Pfn"
    /** Soft-dirty, Linux's own. */
    | "SoftDirty"
    /** Write-protected by userfaultfd, Linux's own. */
    | "UffdWp"
    /** Special mapping without a `struct page`, Linux's own. */
    | "Special"
    /** Global. */
    | "Global"
    /** Page size, or PAT in a page table. */
    | "PageSize"
    /** Page attribute table. */
    | "Pat"
    /** Dirty. */
    | "Dirty"
    /** Accessed. */
    | "Accessed"
    /** Cache disable. */
    | "CacheDisable"
    /** Write-through. */
    | "WriteThrough"
    /** User. */
    | "User"
    /** Writable. */
    | "Writable"
    /** Present. */
    | "Present"
    /** Device memory with page structs, Linux's own. */
    | "Devmap"
    /** Protection key. */
    | "ProtectionKey"
    /** Free for software. */
    | "Available"
    /** Ignored by the CPU. */
    | "Ignored"
    /** Must be 0. */
    | "Reserved"
    /** `PROT_NONE` over a page, in an entry that is not present. */
    | "ProtNone"
    /** The page in the swap area belonged to this process only. */
    | "SwapExclusive"
    /** Swap area of an entry that is not present. */
    | "SwapType"
    /** Slot in that area. */
    | "SwapOffset"
    /** Kind of a migration entry. */
    | "MigrationType"
    /** Frame whose page is moving, and marks of its entry. */
    | "MigrationFrame";

/** Something that happened to a frame. */
export interface LifeLine {
    /** Command, from 1; 0 for the boot. */
    command: number;
    /** Step within it. */
    step: number;
    /** What happened, in each language. */
    words: [string, string];
    /** Whether this is the step shown. */
    now: boolean;
}

/** An area in full. */
export interface VmaView {
    /** Process. */
    process: ProcessName;
    /** The line of `maps`. */
    row: VmaRow;
    /** Pages of the area that have a frame. */
    resident: bigint;
    /** Pages of the area. */
    pages: bigint;
    /** Hex digits of an address. */
    digits: number;
}

/** A process in short. */
export interface ProcessSummary {
    /** The process. */
    process: ProcessName;
    /** `CR3`. */
    cr3: bigint;
    /** Areas. */
    areas: number;
    /** Counters. */
    counters: TaskCounter[];
}

/** A zone in full. */
export interface ZoneView {
    /** Name. */
    name: ZoneName;
    /** First frame. */
    start: number;
    /** Frames from first to last, holes included (`spanned`). */
    spanned: bigint;
    /** Frames that exist (`present`). */
    present: bigint;
    /** Frames that the page allocator manages (`managed`). */
    managed: bigint;
    /** Free frames. */
    free: bigint;
    /** Watermarks min, low, high. */
    marks: [bigint, bigint, bigint];
    /** `struct zone`. */
    fields: StructField[];
}

/** A memory node in full. */
export interface NodeView {
    /** Number. */
    node: number;
    /** First frame. */
    start: number;
    /** Frames from first to last, holes included. */
    spanned: bigint;
    /** Frames that exist. */
    present: bigint;
    /** Free frames of its zones. */
    free: bigint;
    /** Its zones that have memory. */
    zones: ZoneName[];
    /** `pg_data_t`. */
    fields: StructField[];
}

/** A pageblock in full. */
export interface PageblockPage {
    /** Number. */
    number: number;
    /** Its frames. */
    frames: Run;
    /** Zone it lies in. */
    zone: ZoneName;
    /** Migrate type. */
    migrate: MigrateName;
    /** Frames by use. */
    kinds: [FrameKind, number][];
    /** Free blocks, by order: blocks of each. */
    free: [number, number][];
}

/** An object of a slab. */
export interface ObjectPage {
    /** Its cache. */
    cache: string;
    /** First frame of its slab. */
    slab: number;
    /** Number, and state. */
    cell: ObjectCell;
    /** Address in the direct map. */
    address: bigint;
    /** Frame that it begins in. */
    frame: number;
    /** Bytes from one object to the next. */
    size: number;
    /** Labels of the script that hold it: `a[3]`. */
    labels: string[];
}

/** What an event means. */
export interface Explanation {
    /** Area and variant: `buddy.split`. */
    name: string;
    /** The kernel function, or the CPU's work. */
    function: string;
    /** The file of Linux 6.1 it stands in, or the manual. */
    source: string;
    /** What happened, when and why. */
    meaning: string;
    /** The operands that the event carries. */
    operands: OperandMeaning[];
}

/** What an operand of an event means. */
export interface OperandMeaning {
    /** Its name. */
    name: string;
    /** What it says. */
    meaning: string;
}
