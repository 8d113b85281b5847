namespace MLOps.Inference.Mlflow;

/// <summary>The one line that serving needs of MLflow's MLmodel file (YAML): <c>flavors: onnx: data:</c>.
/// MLflow writes block mappings with plain scalars there, so indentation is all the grammar needed.</summary>
public static class MLmodel
{
    public const string FileName = "MLmodel";

    /// <summary>The file where a model without <c>MLmodel</c>, or without an onnx flavor in it, is looked for.</summary>
    public const string DefaultOnnxFile = "model.onnx";

    /// <returns>The file that the onnx flavor names, relative to the MLmodel file; null when there is no such flavor.</returns>
    public static string? OnnxFile(string text)
    {
        foreach (var (path, value) in Entries(text))
        {
            if (path is [(_, "flavors"), (_, "onnx"), (_, "data")])
            {
                return value.Length > 0 ? value : null;
            }
        }

        return null;
    }

    /// <returns>The names of the flavors.</returns>
    public static IReadOnlyList<string> Flavors(string text) =>
        [.. Entries(text).Where(entry => entry.Path is [(_, "flavors"), _]).Select(entry => entry.Path[1].Key)];

    /// <summary>Every key with its value, and the keys above it.</summary>
    private static IEnumerable<((int Indent, string Key)[] Path, string Value)> Entries(string text)
    {
        var path = new List<(int Indent, string Key)>();
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd();
            var content = line.TrimStart();
            var colon = content.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || content[0] is '#' or '-')
            {
                continue;
            }

            var indent = line.Length - content.Length;
            path.RemoveAll(level => level.Indent >= indent);
            path.Add((indent, content[..colon].Trim('"', '\'')));
            yield return ([.. path], content[(colon + 1)..].Trim().Trim('"', '\''));
        }
    }
}
