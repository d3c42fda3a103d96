# An area whose pages would be those of a file has nothing to bring in while there are no files.
boot ram=96M thp=never
spawn web bare
web: s = mmap 16K shared
web: read s 4K !SIGBUS                        #@fault.raised#1..end
