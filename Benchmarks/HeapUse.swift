import Glibc

/// Whether a piece of code allocates, found without hooking malloc.
///
/// glibc keeps freed blocks of up to 1 KB in a cache of the thread and counts them as in use. So the caches are emptied
/// first, by taking what they hold; then even a block that is freed at once leaves a trace: it came from the heap and
/// stays in the cache.
final class HeapUse {
    private static let largestCachedBlock = 1_032
    private static let blocksACache = 16
    private static let longestReport = 65_536

    private typealias MallocInfo = @convention(c) (CInt, UnsafeMutablePointer<FILE>) -> CInt

    private let mallocInfo: MallocInfo
    private let report: UnsafeMutablePointer<CChar>
    private let stream: UnsafeMutablePointer<FILE>

    /// Nil without glibc's figures.
    init?() {
        guard let symbol = dlsym(nil, "malloc_info") else { return nil }
        let report = UnsafeMutablePointer<CChar>.allocate(capacity: Self.longestReport)
        guard let stream = fmemopen(report, Self.longestReport, "w") else {
            report.deallocate()
            return nil
        }
        mallocInfo = unsafeBitCast(symbol, to: MallocInfo.self)
        self.report = report
        self.stream = stream
    }

    deinit {
        fclose(stream)
        report.deallocate()
    }

    /// Bytes that `work` took from the heap; zero when it allocated no small block, not even for a moment.
    func bytes(takenBy work: () -> Void) -> Int {
        _ = bytesInUse()
        let held = stride(from: 8, through: Self.largestCachedBlock, by: 16).flatMap { size in
            (0..<Self.blocksACache).map { _ in malloc(size) }
        }
        defer { for block in held { free(block) } }
        let before = bytesInUse()
        work()
        return bytesInUse() - before
    }

    /// What the system gave less what is free, from the totals at the end of `malloc_info`'s report. Reads it without
    /// allocating, since that would count.
    private func bytesInUse() -> Int {
        rewind(stream)
        guard mallocInfo(0, stream) == 0, fflush(stream) == 0, let totals = strstr(report, "\n</heap>\n<total") else {
            return 0
        }
        var sizes = (fast: 0, rest: 0, mapped: 0, system: 0)
        var cursor = totals
        func nextSize() -> Int {
            guard let found = strstr(cursor, " size=\"") else { return 0 }
            cursor = found + 7
            return atol(cursor)
        }
        sizes.fast = nextSize()
        sizes.rest = nextSize()
        sizes.mapped = nextSize()
        sizes.system = nextSize()
        return sizes.system + sizes.mapped - sizes.fast - sizes.rest
    }
}
