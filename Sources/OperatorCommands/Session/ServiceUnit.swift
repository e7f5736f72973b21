/// The daemon's unit, as systemd and its journal know it.
enum ServiceUnit {
    static let name = "bursard"
}
