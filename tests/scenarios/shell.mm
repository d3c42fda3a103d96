# What the shell does itself.
boot ram=128M                                            #@start..end
spawn t bare
cat /proc/buddyinfo                                      #@start..end
echo 8192 > /proc/sys/vm/min_free_kbytes                 #@start..end
echo no > /proc/sys/vm/min_free_kbytes !EINVAL           #@start..end
sleep 100ms                                              #@start..end
t: a = mmap 16K
t: pages a                                               #@start..end
translate 0xffff888000000000                             #@start..end
kernel: drain_all_pages
kernel: drain_all_pages                                  #@start..end
expect rss.t == 0                                        #@start..end
