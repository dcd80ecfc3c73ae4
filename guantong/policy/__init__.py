"""What the law is here, on this date: region folders read, checked and asked.

``schema`` says what a region folder may contain, ``reading`` loads and checks it with file and line, ``asking`` answers
typed parameters at (region, date). Carries out G11 (政策文件库与参数). Knows nothing of Django or the network.
"""
