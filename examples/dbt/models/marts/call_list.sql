-- Decision makers at companies with intent this week who can be called or written to.
select
    c.contact_id, c.full_name, c.job_title, a.company_name, a.people_7d, a.max_score, r.can_email, r.can_call
from {{ source('sync', 'contacts') }} c
join {{ source('sync', 'hot_accounts') }} a using (account_id)
join {{ source('sync', 'reachable_contacts') }} r using (contact_id)
where a.people_7d > 0
  and c.seniority in ('c_suite', 'founder', 'owner', 'partner', 'vp', 'head', 'director')
  and (r.can_email or r.can_call)
