# The largest process is spared, another dies in its place.
boot ram=96M thp=never
spawn database
database: d = mmap 2M
database: touch d
spawn batch
batch: b = mmap 1M
batch: touch b
echo -1000 > /proc/database/oom_score_adj
echo 500 > /proc/batch/oom_score_adj
echo 1001 > /proc/batch/oom_score_adj !EINVAL
cat /proc/database/oom_score
cat /proc/batch/oom_score
kernel: all = alloc_pages count=max gfp=GFP_KERNEL|__GFP_NORETRY|__GFP_NOWARN
kernel: one = alloc_pages count=8
expect alive(batch) == 0; expect alive(database) == 1
