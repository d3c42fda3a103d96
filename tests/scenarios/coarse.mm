# A command of too many steps keeps one, which says how many there were.
boot ram=512M thp=never
spawn web bare
web: a = mmap 64M
web: touch a                                  #@start..end
web: touch a 4K                               #@start..end
