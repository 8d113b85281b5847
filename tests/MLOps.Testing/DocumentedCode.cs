using System.Text.RegularExpressions;

namespace MLOps.Testing;

/// <summary>Holds the code in a document and the code that a test compiles and runs together.
/// In the document a block follows <c>&lt;!-- code: FILE NAME --&gt;</c>; in the file its lines stand between <c>// doc: NAME</c> and <c>// doc: end</c>.</summary>
public static partial class DocumentedCode
{
    /// <param name="document">Path inside the checkout.</param>
    /// <param name="source">Path inside the checkout, with <c>/</c>.</param>
    /// <returns>The document's block and the source's lines, both without their indentation.</returns>
    /// <exception cref="InvalidOperationException">One of them is missing.</exception>
    public static (string Documented, string Compiled) Read(string document, string source, string name)
    {
        var block = Blocks().Matches(File.ReadAllText(RepositoryRoot.Combine(document)))
            .FirstOrDefault(match => match.Groups["file"].Value == source && match.Groups["name"].Value == name)
            ?? throw new InvalidOperationException($"{document} has no block <!-- code: {source} {name} -->.");
        var lines = File.ReadAllLines(RepositoryRoot.Combine(source));
        var start = Array.FindIndex(lines, line => line.Trim() == $"// doc: {name}");
        var end = Array.FindIndex(lines, Math.Max(start, 0), line => line.Trim() == "// doc: end");
        return start >= 0 && end > start
            ? (Plain(block.Groups["code"].Value.Split('\n')), Plain(lines[(start + 1)..end]))
            : throw new InvalidOperationException($"{source} has no lines between '// doc: {name}' and '// doc: end'.");
    }

    private static string Plain(string[] lines)
    {
        var indent = lines.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Trim().Length == 0 ? "" : line[indent..].TrimEnd())).Trim('\n');
    }

    [GeneratedRegex("<!-- code: (?<file>\\S+) (?<name>\\S+) -->\\r?\\n```csharp\\r?\\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
