import Config
import Testing

struct BrokenInputTests {
    private static let all = BrokenInput.syntax + BrokenInput.values + BrokenInput.schedules + BrokenInput.limits

    @Test(arguments: all)
    func `a broken file is refused where it is broken`(_ input: BrokenInput) throws {
        let error = try #require(throws: ConfigurationErrors.self) {
            try ConfigurationLoader(environment: [:]).load(text: input.text, file: "bursar.yaml")
        }
        var places: [[Int]] = []
        for found in error.errors {
            let place = [try #require(found.line), try #require(found.column)]
            if places.last != place { places.append(place) }
            #expect(found.file == "bursar.yaml")
            #expect(found.description.hasPrefix("bursar.yaml:\(place[0]):\(place[1]): "))
        }
        #expect(places == input.places, "\(error)")
        let description = error.description
        var rest = description[...]
        for piece in input.pieces {
            guard let found = rest.firstRange(of: piece) else {
                Issue.record("\"\(piece)\" is not in \(description)")
                break
            }
            rest = rest[found.upperBound...]
        }
        #expect(!description.contains("canary"), "a secret is shown")
    }

    @Test func `the table holds what it promises`() {
        #expect(Self.all.count >= 120)
        #expect(Set(Self.all.map(\.marked)).count == Self.all.count)
    }
}
