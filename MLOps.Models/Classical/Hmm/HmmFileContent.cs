using System.Text.Json;

namespace MLOps.Models.Classical.Hmm;

/// <summary>A fitted HMM as JSON, and back.</summary>
internal sealed record HmmFileContent(int Observations, double Loglik, double[] Means, double[] Variances, double[][] Transition, double[] Start)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <param name="observations">Days that it was fitted on.</param>
    public static byte[] Write(GaussianHmm hmm, int observations) => JsonSerializer.SerializeToUtf8Bytes(
        new HmmFileContent(observations, hmm.LogLikelihood, [.. hmm.Means], [.. hmm.Variances], [.. hmm.Transition.Select(row => row.ToArray())], [.. hmm.Start]),
        Json);

    /// <exception cref="JsonException">It is none that <see cref="Write"/> made.</exception>
    public static GaussianHmm Read(byte[] file)
    {
        var content = JsonSerializer.Deserialize<HmmFileContent>(file, Json) ?? throw new JsonException("The file is the JSON value null.");
        return new GaussianHmm(content.Start, [.. content.Transition.SelectMany(row => row)], content.Means, content.Variances, content.Loglik);
    }
}
