namespace MLOps.Tracking.Tests.Search.Grammar;

/// <summary>Chance that a seed decides: the same on every machine and in every run.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    public int Next(int end) => _random.Next(end);

    /// <summary>True once in so many times.</summary>
    public bool Once(int times) => Next(times) == 0;

    public T Of<T>(IReadOnlyList<T> things) => things[Next(things.Count)];

    /// <summary>Nothing once in three times.</summary>
    public T? Perhaps<T>(IReadOnlyList<T> things)
        where T : class => Once(3) ? null : Of(things);

    /// <summary>Each of them, or not, in random order.</summary>
    public List<T> Some<T>(IEnumerable<T> things) => [.. things.Where(_ => Once(2)).ToList().OrderBy(_ => Next(1000))];

    /// <summary>A run's id: 32 hexadecimal digits.</summary>
    public string Id() => string.Concat(Enumerable.Range(0, 32).Select(_ => "0123456789abcdef"[Next(16)]));
}
