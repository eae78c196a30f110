window.YTD.tweets.part1 = [
 {
  "tweet": {
   "id_str": "1803337000000000001",
   "id": "1803337000000000001",
   "created_at": "Wed Jun 19 08:00:00 +0000 2024",
   "full_text": "Vier foto’s van de sportdag &amp; meer 🎉 https://t.co/a",
   "retweeted": false,
   "entities": {
    "hashtags": [],
    "media": [
     {
      "id_str": "100",
      "type": "photo",
      "media_url": "http://pbs.example.org/media/AAA.jpg",
      "media_url_https": "https://pbs.example.org/media/AAA.jpg"
     }
    ]
   },
   "extended_entities": {
    "media": [
     {
      "id_str": "100",
      "type": "photo",
      "media_url": "http://pbs.example.org/media/AAA.jpg",
      "media_url_https": "https://pbs.example.org/media/AAA.jpg"
     },
     {
      "id_str": "101",
      "type": "photo",
      "media_url": "http://pbs.example.org/media/BBB.jpg",
      "media_url_https": "https://pbs.example.org/media/BBB.jpg"
     },
     {
      "id_str": "102",
      "type": "photo",
      "media_url": "http://pbs.example.org/media/CCC.jpg",
      "media_url_https": "https://pbs.example.org/media/CCC.jpg"
     },
     {
      "id_str": "103",
      "type": "photo",
      "media_url": "http://pbs.example.org/media/DDD.jpg",
      "media_url_https": "https://pbs.example.org/media/DDD.jpg"
     }
    ]
   }
  }
 },
 {
  "tweet": {
   "id_str": "1803337000000000006",
   "id": "1803337000000000006",
   "created_at": "2024-06-20T09:30:00.000Z",
   "full_text": "Zonder foto",
   "retweeted": false,
   "entities": {
    "hashtags": []
   }
  }
 }
]
