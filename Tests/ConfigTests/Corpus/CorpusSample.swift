/// Files without an error that the corpus damages.
enum CorpusSample {
    /// Every section, schedules of all sorts, every style of quoting.
    static let rich = """
        # Zürich: comments may say anything; 'quotes, "too
        database:
          url: postgresql://bursar@db1,db2/bursar?target_session_attrs=read-write
          pool_size: 20 # more than usual
          connect_timeout: 3s
        state_directory: /srv/bursar

        admin:
          socket: "/run/bursar/admin.sock"
        logging:
            level: 'debug'
        engine:
          workers: 16
          drain: 1m30s
          lease: 60s
          beat: 5s
          poll: 500ms
        investments:
          scheduler_enabled: true
          webhook_enabled: false
          batch_size: 5000
          max_retries: 5
          rate_limit_enabled: true
          security_level: medium
          first_rate: zero
          retention: 90d
        schedules:
          investments.hourly:
            cron: "15 9-20 * * 1-5"
            catch_up: none
          nightly-sweep:
            kind: investments.value
            payload:
              mode: full
              note: "über alles"
              limits: [1, 2.5, three]
            cron: 30 2 * * *
            zone: Europe/Madrid
            money: true
            catch_up: all
            catch_up_limit: 50
            max_lateness: 12h
            overlap: skip
            pause_on_failure: true
            enabled: true
          each_five:
            kind: investments.value
            cron: '*/5 * * * *'
            zone: UTC
            money: false
            overlap: allow
            enabled: false
          payday:
            kind: investments.value
            cron: "0 6 1,15 * FRI"
            days: either
            zone: Asia/Kolkata
            pause_on_failure: false

        """

    /// What the rich one's drop-ins are damaged copies of.
    static let dropIn = """
        engine:
          workers: 8
          drain: 10s
        schedules:
          payday:
            enabled: false
            max_lateness: none
          extra:
            kind: investments.value
            cron: "0 12 L * *"
            zone: America/New_York

        """
}
