# What the shell does itself.
boot ram=128M                                            #@1
spawn t bare
cat /proc/buddyinfo                                      #@2
echo 8192 > /proc/sys/vm/min_free_kbytes                 #@3
echo no > /proc/sys/vm/min_free_kbytes !EINVAL           #@4
sleep 100ms                                              #@5
t: a = mmap 16K
t: pages a                                               #@6
translate 0xffff888000000000                             #@7
kernel: drain_all_pages
kernel: drain_all_pages                                  #@8
expect rss.t == 0                                        #@9
