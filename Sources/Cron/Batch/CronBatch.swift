import Primitives

/// The pure part of the batch door: one line of JSON in, one line of JSON out, whatever comes in.
///
/// `{"expr":…,"tz":…,"after":…,"count":…}` gives `{"next":[…]}`: instants in RFC 3339 and UTC, one unless `count` says
/// otherwise, fewer when the horizon or the year 9999 ends them. Anything else gives
/// `{"error":{"field":…,"position":…,"message":…,"hint":…}}`. The field is one of the expression, or the key at fault,
/// or null; the position is a column of the expression, or of a line that is no JSON object, or null.
package struct CronBatch {
    /// How many instants one line may ask for.
    package static let mostTicks = 10_000
    /// The longest line that is read, in bytes.
    package static let longestLine = 65_536
    /// How many expressions, and how many zones, are remembered from line to line.
    static let mostRemembered = 4_096

    private var expressions = BoundedCache<String, Result<CronExpression, CronError>>(capacity: mostRemembered)
    private var zones = BoundedCache<String, Result<Zone, ZoneError>>(capacity: mostRemembered)

    package init() {}

    /// One line, without its line feed, for one line.
    package mutating func answer(_ line: String) -> String {
        var output: [UInt8] = []
        answer(Array(line.utf8), into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// As `answer(_:)` in bytes, for many lines; appends the answer without a line feed.
    package mutating func answer(_ line: [UInt8], into output: inout [UInt8]) {
        do {
            let request = try BatchRequest(line)
            let expression = try expression(request.expression)
            let zone = try zone(request.zone)
            Self.write(ticksOf: expression, in: zone, for: request, into: &output)
        } catch {
            error.write(into: &output)
        }
    }

    private mutating func expression(_ text: String) throws(BatchError) -> CronExpression {
        let result: Result<CronExpression, CronError>
        if let known = expressions[text] {
            result = known
        } else {
            result = Result { () throws(CronError) in try CronExpression(text) }
            expressions[text] = result
        }
        switch result {
        case .success(let expression): return expression
        case .failure(let error): throw BatchError(error)
        }
    }

    private mutating func zone(_ identifier: String) throws(BatchError) -> Zone {
        let result: Result<Zone, ZoneError>
        if let known = zones[identifier] {
            result = known
        } else {
            result = Result { () throws(ZoneError) in try Zone(identifier) }
            zones[identifier] = result
        }
        switch result {
        case .success(let zone): return zone
        case .failure(let error): throw BatchError(error)
        }
    }

    private static func write(
        ticksOf expression: CronExpression, in zone: Zone, for request: BatchRequest, into output: inout [UInt8]
    ) {
        output.append(contentsOf: #"{"next":["#.utf8)
        var cursor = request.after
        for index in 0..<request.count {
            // RFC 3339 has no year beyond 9999.
            guard let next = expression.next(after: cursor, in: zone), next <= BatchRequest.latest else { break }
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output.append(rfc3339: next)
            cursor = next
        }
        output.append(contentsOf: "]}".utf8)
    }
}
