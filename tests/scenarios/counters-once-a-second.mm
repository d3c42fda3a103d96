# What CPUs hold back of a counter joins its total once a second.
boot ram=512M thp=never cpus=2
spawn w bare
w@0: a = mmap 64M; touch a 4K stride=2M count=10
w@1: touch a+40M 4K stride=2M count=5
expect vmstat.nr_anon_pages == 0
sleep 100ms                                        #@start..end
expect vmstat.nr_anon_pages == 0
sleep 1s                                           #@start..end
expect vmstat.nr_anon_pages == 15
sleep 1s                                           #@start..end
