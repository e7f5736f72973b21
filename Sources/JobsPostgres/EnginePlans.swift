/// How the server plans the engine's statements.
package enum EnginePlans {
    /// Settings of connections on which they run.
    ///
    /// Each of them is prepared once and planned once, often while its tables are empty; a plan that reads an empty
    /// table from end to end is a good one, and stays when the table has a million rows. Every hot statement has its
    /// index, so they are told to use them; none gains from being compiled, or planned anew for its values.
    package static let settings = [
        "enable_seqscan": "off", "jit": "off", "plan_cache_mode": "force_generic_plan",
    ]
}
