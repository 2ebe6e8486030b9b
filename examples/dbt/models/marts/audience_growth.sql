-- By how many members each audience grew or shrank, day by day.
select m.source, m.audience_id, a.name, m.day, m.joined, m."left" as went, m.members
from {{ source('sync', 'audience_movement') }} m
left join {{ source('sync', 'audiences') }} a using (source, audience_id)
