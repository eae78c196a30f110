window.YTD.tweets.part0 = [
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
   "id_str": "1803337000000000002",
   "id": "1803337000000000002",
   "created_at": "Wed Jun 19 08:00:00 +0000 2024",
   "full_text": "RT @een_ander: mooi!",
   "retweeted": false,
   "entities": {
    "hashtags": []
   }
  }
 },
 {
  "tweet": {
   "id_str": "1803337000000000007",
   "id": "1803337000000000007",
   "created_at": "Wed Jun 19 08:00:00 +0000 2024",
   "full_text": "RT als je ook zin hebt in de zomer!",
   "retweeted": false,
   "entities": {
    "hashtags": [],
    "media": [
     {
      "id_str": "100",
      "type": "photo",
      "media_url": "http://pbs.example.org/media/FFF.jpg",
      "media_url_https": "https://pbs.example.org/media/FFF.jpg"
     }
    ]
   },
   "extended_entities": {
    "media": [
     {
      "id_str": "100",
      "type": "photo",
      "media_url": "http://pbs.example.org/media/FFF.jpg",
      "media_url_https": "https://pbs.example.org/media/FFF.jpg"
     }
    ]
   }
  }
 },
 {
  "tweet": {
   "id_str": "1803337000000000003",
   "id": "1803337000000000003",
   "created_at": "Wed Jun 19 08:00:00 +0000 2024",
   "full_text": "De foto is er niet",
   "retweeted": false,
   "entities": {
    "hashtags": [],
    "media": [
     {
      "id_str": "100",
      "type": "photo",
      "media_url": "http://pbs.example.org/media/WEG.jpg",
      "media_url_https": "https://pbs.example.org/media/WEG.jpg"
     }
    ]
   },
   "extended_entities": {
    "media": [
     {
      "id_str": "100",
      "type": "photo",
      "media_url": "http://pbs.example.org/media/WEG.jpg",
      "media_url_https": "https://pbs.example.org/media/WEG.jpg"
     }
    ]
   }
  }
 },
 {
  "tweet": {
   "id_str": "1803337000000000004",
   "id": "1803337000000000004",
   "created_at": "Wed Jun 19 08:00:00 +0000 2024",
   "full_text": "Een film",
   "retweeted": false,
   "entities": {
    "media": [
     {
      "media_url_https": "https://pbs.example.org/ext_tw_video_thumb/9/still.jpg"
     }
    ]
   },
   "extended_entities": {
    "media": [
     {
      "id_str": "9",
      "type": "video",
      "media_url_https": "https://pbs.example.org/ext_tw_video_thumb/9/still.jpg",
      "video_info": {
       "variants": [
        {
         "url": "https://video.example.org/9/vid/640/big.mp4?tag=12",
         "content_type": "video/mp4"
        },
        {
         "url": "https://video.example.org/9/pl/list.m3u8"
        },
        {
         "url": "https://video.example.org/9/vid/320/small.mp4?tag=12"
        }
       ]
      }
     }
    ]
   }
  }
 },
 {
  "tweet": {
   "id_str": "1803337000000000005",
   "id": "1803337000000000005",
   "created_at": "Wed Foo 39 08:00:00 +0000 2024",
   "full_text": "Vreemde dag",
   "retweeted": false,
   "entities": {
    "hashtags": []
   }
  }
 },
 {
  "tweet": {
   "id_str": "geen-nummer",
   "id": "geen-nummer",
   "created_at": "Wed Jun 19 08:00:00 +0000 2024",
   "full_text": "Zonder nummer",
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
     }
    ]
   }
  }
 },
 {
  "tweet": "kapot"
 }
]
