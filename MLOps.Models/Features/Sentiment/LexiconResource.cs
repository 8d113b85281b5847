namespace MLOps.Models.Features.Sentiment;

/// <summary>Reads the word lists that ship inside the assembly.</summary>
internal static class LexiconResource
{
    /// <summary>Cells of each line but those of the header (<c>##</c>), which names origin and licence.</summary>
    public static IReadOnlyList<string[]> Rows(string name)
    {
        using var stream = typeof(LexiconResource).Assembly.GetManifestResourceStream($"Lexicons/{name}.txt")
            ?? throw new InvalidOperationException($"The assembly has no word list '{name}'.");
        using var reader = new StreamReader(stream);
        var rows = new List<string[]>();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith("##", StringComparison.Ordinal))
            {
                rows.Add(line.Split('\t'));
            }
        }

        return rows;
    }
}
