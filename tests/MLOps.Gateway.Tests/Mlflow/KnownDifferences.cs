using System.Globalization;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The table "Recorded calls that are answered otherwise" of docs/mlflow-differences.md: call number to the status that this server answers.</summary>
internal static class KnownDifferences
{
    private const string Heading = "## Recorded calls that are answered otherwise";

    public static IReadOnlyDictionary<int, int> Read()
    {
        var known = new Dictionary<int, int>();
        foreach (var line in File.ReadLines(RepositoryRoot.Combine("docs", "mlflow-differences.md")).SkipWhile(line => line != Heading))
        {
            // | calls | status here | what and why |
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length < 5 || !int.TryParse(cells[2], CultureInfo.InvariantCulture, out var status))
            {
                continue;
            }

            foreach (var part in cells[1].Split(',', StringSplitOptions.TrimEntries))
            {
                var ends = part.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
                for (var call = ends[0]; call <= ends[^1]; call++)
                {
                    known.Add(call, status);
                }
            }
        }

        return known;
    }
}
