alert('hallo'); window.YTD.tweets.part2 = []
