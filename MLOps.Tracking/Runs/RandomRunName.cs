namespace MLOps.Tracking.Runs;

/// <summary>Readable names for runs that were given none: <c>calm-heron-417</c>.</summary>
internal static class RandomRunName
{
    private static readonly string[] Predicates =
    [
        "able", "amber", "bold", "brave", "brisk", "calm", "clear", "crisp", "eager", "fair", "fleet", "frank", "gentle", "glad", "grand",
        "hardy", "keen", "kind", "lively", "lucid", "mellow", "merry", "neat", "nimble", "noble", "placid", "prime", "proud", "quick", "quiet",
        "rapid", "ready", "robust", "sharp", "shy", "sleek", "smart", "solid", "spry", "steady", "stout", "sunny", "swift", "terse", "tidy",
        "vivid", "warm", "wise", "witty", "zesty",
    ];

    private static readonly string[] Nouns =
    [
        "ant", "auk", "bear", "bee", "bison", "carp", "colt", "crane", "crow", "deer", "dove", "eagle", "elk", "finch", "fox", "gnu", "goat",
        "goose", "grouse", "gull", "hare", "hawk", "heron", "horse", "ibex", "jay", "kite", "koi", "lark", "lion", "lynx", "mink", "mole", "moth",
        "newt", "otter", "owl", "perch", "pike", "quail", "raven", "rook", "seal", "shrew", "sloth", "snipe", "stoat", "stork", "swan", "tern",
        "toad", "trout", "vole", "wasp", "whale", "wolf", "wren", "yak", "zebra",
    ];

    public static string Next() =>
        $"{Predicates[Random.Shared.Next(Predicates.Length)]}-{Nouns[Random.Shared.Next(Nouns.Length)]}-{Random.Shared.Next(1000)}";
}
