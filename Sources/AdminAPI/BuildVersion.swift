/// What this build calls itself: in the database, in `status`, and to whoever asks for its version.
package enum BuildVersion {
    package static let name = "bursar 0.1"
}
