namespace MLOps.Models.Classical.ChangePoint;

/// <summary>What a series leaves behind, observation by observation.</summary>
/// <param name="LogDensities">ln p(y(t) | before).</param>
/// <param name="Likeliest">Most probable run length after each.</param>
/// <param name="Expected">Mean run length after each.</param>
/// <param name="End">The state after the last.</param>
internal sealed record RunHistory(double[] LogDensities, int[] Likeliest, double[] Expected, RunLengths End)
{
    public static RunHistory Of(ReadOnlySpan<double> series, ChangePointPrior prior, int lengths)
    {
        var runs = new RunLengths(prior, lengths);
        var (densities, likeliest, expected) = (new double[series.Length], new int[series.Length], new double[series.Length]);
        for (var t = 0; t < series.Length; t++)
        {
            densities[t] = runs.Step(series[t]);
            likeliest[t] = runs.Likeliest();
            expected[t] = runs.Expected();
        }

        return new RunHistory(densities, likeliest, expected, runs);
    }

    /// <summary>After how many observations a run ended, first to last: from the end back by the most probable lengths.</summary>
    public IReadOnlyList<int> Changes()
    {
        var longest = End.Probabilities.Length - 1;
        var changes = new Stack<int>();
        for (var end = Likeliest.Length; end > 0;)
        {
            // A run of the longest length may be longer still: it began where an earlier day says.
            var day = end;
            while (day > longest && Likeliest[day - 1] == longest)
            {
                day--;
            }

            end = day - Math.Max(1, Likeliest[day - 1]);
            if (end > 0)
            {
                changes.Push(end);
            }
        }

        return [.. changes];
    }
}
