namespace MLOps.Client.Http;

/// <summary>How often, and how patiently, a run's writes are tried again.</summary>
/// <remarks>Tried again are answers that may be different next time (408, 429, 5xx other than 501) and calls without an answer (refused or broken connections, time-outs).</remarks>
public sealed record RetryOptions
{
    /// <summary>Attempts after the first. Default 7, about 24 s in all: a cluster needs some 15 to agree that a silo is dead. 0: none.</summary>
    public int Retries { get; init; } = 7;

    /// <summary>The wait before the first retry; it doubles with each, and up to half of it is taken off at random.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>No wait is longer, whatever the server asks for by <c>Retry-After</c>.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(2);
}
