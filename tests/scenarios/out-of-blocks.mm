# Nothing above the marks has a block this large: the slow path, and refusal.
boot ram=96M
kernel: all = alloc_pages order=10 count=max
kernel: more = alloc_pages order=10 !ENOMEM              #@start..end
