using System.Text;

namespace MLOps.Inference.Mlflow;

/// <summary>The few values that serving needs of MLflow's MLmodel file (YAML): <c>flavors: onnx: data:</c> and <c>signature: inputs:</c>.
/// MLflow writes block mappings with plain or quoted scalars there, so indentation is all the grammar needed.</summary>
public static class MLmodel
{
    public const string FileName = "MLmodel";

    /// <summary>The file where a model without <c>MLmodel</c>, or without an onnx flavor in it, is looked for.</summary>
    public const string DefaultOnnxFile = "model.onnx";

    /// <returns>The file that the onnx flavor names, relative to the MLmodel file; null when there is no such flavor.</returns>
    public static string? OnnxFile(string text) => Value(text, "flavors", "onnx", "data");

    /// <returns>The JSON that describes the signature's inputs; null when there is none.</returns>
    public static string? SignatureInputs(string text) => Value(text, "signature", "inputs");

    /// <returns>The names of the flavors.</returns>
    public static IReadOnlyList<string> Flavors(string text) =>
        [.. Entries(text).Where(entry => entry.Path is [(_, "flavors"), _]).Select(entry => entry.Path[1].Key)];

    private static string? Value(string text, params string[] wanted)
    {
        foreach (var (path, value) in Entries(text))
        {
            if (path.Select(level => level.Key).SequenceEqual(wanted))
            {
                return value.Length > 0 && value != "null" ? value : null;
            }
        }

        return null;
    }

    /// <summary>Every key with its value, and the keys above it. A key whose value begins on a later line, as a mapping's does, has none.</summary>
    private static IEnumerable<((int Indent, string Key)[] Path, string Value)> Entries(string text)
    {
        var path = new List<(int Indent, string Key)>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd();
            var content = line.TrimStart();
            var colon = content.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || content[0] is '#' or '-')
            {
                continue;
            }

            var indent = line.Length - content.Length;
            path.RemoveAll(level => level.Indent >= indent);
            path.Add((indent, content[..colon].Trim('"', '\'')));
            var value = content[(colon + 1)..].Trim();
            yield return ([.. path], value.Length == 0 ? value : Scalar(value + Continuation(lines, i + 1, indent)));
        }
    }

    /// <summary>MLflow folds long scalars: the lines that follow, indented deeper, belong to it, and each line break stands for a space.</summary>
    private static string Continuation(string[] lines, int first, int indent)
    {
        var text = new StringBuilder();
        for (var i = first; i < lines.Length; i++)
        {
            var content = lines[i].Trim();
            if (content.Length > 0 && lines[i].Length - lines[i].TrimStart().Length <= indent)
            {
                break;
            }

            text.Append(content.Length == 0 ? "\n" : " " + content);
        }

        return text.ToString().TrimEnd();
    }

    private static string Scalar(string value) => value switch
    {
        ['\'', .. var single, '\''] => single.Replace("''", "'", StringComparison.Ordinal),
        ['"', .. var quoted, '"'] => Unescaped(quoted),
        _ => value,
    };

    /// <summary>The escapes that YAML shares with JSON, and the one that takes back a fold's space.</summary>
    private static string Unescaped(string quoted)
    {
        var text = new StringBuilder();
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] != '\\' || i + 1 == quoted.Length)
            {
                text.Append(quoted[i]);
                continue;
            }

            switch (quoted[++i])
            {
                case 'n':
                    text.Append('\n');
                    break;
                case 't':
                    text.Append('\t');
                    break;
                case 'u' when i + 4 < quoted.Length && ushort.TryParse(quoted.AsSpan(i + 1, 4), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var unit):
                    text.Append((char)unit);
                    i += 4;
                    break;
                case ' ' when i + 2 < quoted.Length && quoted[i + 1] == '\\' && quoted[i + 2] == ' ':
                    // A line that ends with a backslash joins the next one, whose first space is escaped.
                    text.Append(' ');
                    i += 2;
                    break;
                case ' ':
                    break;
                default:
                    text.Append(quoted[i]);
                    break;
            }
        }

        return text.ToString();
    }
}
