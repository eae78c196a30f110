window.YTD.tweet.part0 = [
 {
  "id_str": "1140000000000000001",
  "id": "1140000000000000001",
  "created_at": "Sun Jun 16 10:00:00 +0000 2019",
  "full_text": "Oud bericht",
  "retweeted": false,
  "entities": {
   "hashtags": [],
   "media": [
    {
     "id_str": "100",
     "type": "photo",
     "media_url": "http://pbs.example.org/media/EEE.jpg",
     "media_url_https": "https://pbs.example.org/media/EEE.jpg"
    }
   ]
  }
 }
]
