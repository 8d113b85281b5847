using System.Security.Cryptography;
using System.Text.Json;

namespace MLOps.Client.Runs;

/// <summary>A dataset that a run read.</summary>
/// <param name="Digest">Tells versions apart; at most 36 characters.</param>
/// <param name="SourceType">How <paramref name="Source"/> is to be read: <c>local</c>, <c>http</c>, …</param>
/// <param name="Source">JSON that says where the data lies.</param>
/// <param name="Context">What for (<c>training</c>, <c>evaluation</c>); null when not said.</param>
public sealed record RunDataset(string Name, string? Digest, string? SourceType, string? Source, string? Context)
{
    private const int DigestLength = 32;

    /// <summary>JSON of the columns; null when not said.</summary>
    public string? Schema { get; init; }

    /// <summary>JSON of summary figures; null when not said.</summary>
    public string? Profile { get; init; }

    /// <summary>A local file: its name, the first 32 hex digits of its SHA-256, its path.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static async Task<RunDataset> FromFileAsync(string file, string? context = null, CancellationToken cancellationToken = default)
    {
        await using var content = File.OpenRead(file);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken))[..DigestLength];
        var source = JsonSerializer.Serialize(new { uri = Path.GetFullPath(file) });
        return new RunDataset(Path.GetFileName(file), digest, "local", source, context);
    }
}
