using System.Text.Json;
using System.Text.Encodings.Web;
using MLOps.Models.Features.Sentiment;

namespace MLOps.Models.Classical.Sentiment;

/// <summary><c>vocabulary.json</c>: the words in the order of the input, so that counts can be made wherever the model is served.</summary>
internal static class SentimentFile
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(SentimentLexicon lexicon, double[] shares) =>
        JsonSerializer.SerializeToUtf8Bytes(new Content(lexicon.Name, lexicon.Words, lexicon.Valences, shares, LexiconCounts.Negated, LexiconCounts.Reach), Format);

    /// <summary>The lexicon, and the shares of the classes among the fit rows.</summary>
    public static (SentimentLexicon Lexicon, double[] Shares) Read(byte[] file)
    {
        var content = JsonSerializer.Deserialize<Content>(file, Format)!;
        return (SentimentLexicon.Of(content.Lexicon, content.Words, content.Valences), content.Shares);
    }

    private sealed record Content(string Lexicon, IReadOnlyList<string> Words, IReadOnlyList<double> Valences, double[] Shares, double Negated, int Reach);
}
