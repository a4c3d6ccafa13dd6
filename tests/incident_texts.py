"""Past incidents in words, and the same troubles as another person's alert would put them.

Written for measuring recall: the pairs share their cause, and about every third word.
"""

PAST = {
    "db-pool": "Postgres connection pool exhausted on orders-api: remaining connection slots are "
    "reserved, requests waited 30s for a connection after the pool size was halved",
    "disk-full": "Disk usage above 95% on kafka-broker-3: log segments filled /var/lib/kafka "
    "because retention was raised to 30 days",
    "oom": "Container killed, exit code 137, OOMKilled: recommendation-worker memory limit 512Mi "
    "reached after the model cache was enlarged",
    "cert": "TLS handshake failures to payments-gateway: x509 certificate has expired, renewal "
    "job had been paused",
    "dns": "Name resolution timeouts in cluster eu-west-1: CoreDNS pods throttled, lookup "
    "no such host for internal services",
    "deploy-npe": "checkout error rate 12% after release 2.4.1: NullPointerException in "
    "CartService.applyDiscount when the coupon is missing",
    "flag": "Search latency p99 over 4s after feature flag new-ranking was switched on for all "
    "users",
    "cpu": "CPU saturated on web-frontend hosts: catastrophic regular expression in the "
    "user-agent parser pinned every core",
    "queue": "RabbitMQ backlog: invoices queue has 400k unacknowledged messages, consumers "
    "stopped after a poison message",
    "rate-limit": "Upstream geocoding provider answers 429 Too Many Requests: nightly batch used "
    "up the daily quota",
    "redis": "Redis evictions and cache misses: maxmemory reached, hit ratio fell from 97% to 40% "
    "and the database took the load",
    "replica-lag": "MySQL replica lag 900 seconds: a long ALTER TABLE on the primary blocked "
    "replication, stale reads in account-service",
    "ddos": "Traffic spike 20x on the login endpoint from few networks: credential stuffing, "
    "auth-service returned 503",
    "az": "Instances unreachable in availability zone us-east-1a: cloud provider network event, "
    "health checks failed for a third of hosts",
    "config": "All requests to profile-service 500: environment variable PROFILE_DB_URL missing "
    "after the Helm values were refactored",
    "cron": "Nightly report job did not run: CronJob suspended, no data from the billing export "
    "since midnight",
    "deadlock": "Deadlock detected in inventory database: two transactions update stock rows in "
    "opposite order, reservations fail",
    "leak": "File descriptors exhausted, too many open files in media-uploader: sockets not closed "
    "after timeouts",
    "k8s-probe": "Pods restart in a loop, CrashLoopBackOff on notification-service: liveness probe "
    "timeout shorter than the start-up",
    "s3": "Access denied writing to bucket thumbnails-prod: IAM policy changed, image uploads "
    "fail with 403",
    "clock": "Tokens rejected as not yet valid: clock skew of 90 seconds on host auth-2, NTP "
    "daemon stopped",
    "email": "Bounce rate of outgoing mail above 20%: SPF record removed during domain migration",
}

# What a new alert says, and which past incident it should bring back.
PARAPHRASES = {
    "orders-api cannot obtain a database connection, pool timeout": "db-pool",
    "Free space on broker volume nearly gone, kafka logs keep growing": "disk-full",
    "Worker pod killed again, it needs more RAM than its limit": "oom",
    "Secure connections to the payment provider refused since the certificate ran out": "cert",
    "Hosts cannot be resolved, DNS lookups time out inside the cluster": "dns",
    "Null pointer in the shopping cart with discounts since today's version": "deploy-npe",
    "Slow search results since the ranking flag was enabled": "flag",
    "Consumers stuck, messages pile up in the broker": "queue",
    "Customers see outdated balances, the read copy of MySQL is far behind": "replica-lag",
    "Process runs out of file handles, sockets stay open": "leak",
    "Cache is full and throws keys away, database load doubled": "redis",
    "Containers of notification-service crash and start again, health probe fails": "k8s-probe",
    "Attackers try stolen passwords, login traffic many times the usual": "ddos",
    "Uploading pictures is forbidden since permissions of the bucket were edited": "s3",
    "System time of a host drifted, sign-in tokens are refused": "clock",
}

# Alerts about something that was never seen before.
UNRELATED = (
    "GPU temperature too high on the render farm",
    "Mobile app review score fell below three stars",
    "Elevator sensor in building seven reports a stuck door",
    "Video transcoding produces green frames for portrait clips",
    "Warehouse robot battery charger offline",
    "Spelling suggestions in Portuguese are wrong",
)
