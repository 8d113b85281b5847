namespace MLOps.Silo.Endpoints;

/// <summary>The one line that serving needs of MLflow's MLmodel file (YAML): <c>flavors: onnx: data:</c>.
/// MLflow writes block mappings with plain scalars there, so indentation is all the grammar needed.</summary>
internal static class MLmodel
{
    /// <returns>The file that the onnx flavor names, relative to the MLmodel file; null when there is no such flavor.</returns>
    public static string? OnnxFile(string text)
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
            if (path is [(_, "flavors"), (_, "onnx"), (_, "data")])
            {
                var value = content[(colon + 1)..].Trim().Trim('"', '\'');
                return value.Length > 0 ? value : null;
            }
        }

        return null;
    }
}
