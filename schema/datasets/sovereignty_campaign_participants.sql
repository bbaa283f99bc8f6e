/*---
title: Alliances in fights for sovereignty
route: GET /sovereignty/campaigns
rows: /*/participants
fields: { campaign_id: ../campaign_id }
cache: 5
group: sovereignty
---*/
CREATE TABLE sovereignty_campaign_participants (
    campaign_id INTEGER NOT NULL,
    alliance_id INTEGER NOT NULL,
    score       REAL    NOT NULL,
    valid_from  INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, alliance_id)
) STRICT, WITHOUT ROWID;
