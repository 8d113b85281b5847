using MathNet.Numerics.LinearAlgebra;

namespace MLOps.Models.Evaluation;

/// <summary>What a representation of the market is worth, apart from any task: does it move smoothly, does it tell regimes apart, is it the same across folds, does it say the same wherever it runs.
/// The fifth question, whether it drifts from its reference profile, is asked where the profile is: in the silo.</summary>
/// <remarks>Values are rows in order of time, one column a feature or dimension.</remarks>
public static class ValidationMetrics
{
    /// <summary>All pairs of this many evenly spaced rows stand for all pairs.</summary>
    private const int MostPairedRows = 2000;

    private const int Bins = 10;

    /// <summary>Share that an empty bin is given, so that one is not infinitely far away.</summary>
    private const double LeastShare = 1e-4;

    /// <summary>1 − mean distance of successive rows / mean distance of any two: 1 hardly moves from day to day, 0 moves as if days were drawn at random.</summary>
    /// <remarks>Euclidean, over the values as they are: bring columns to one unit first. If nothing ever changes, the answer is 0: there is nothing to be continuous.</remarks>
    /// <exception cref="ArgumentException">Fewer than two rows.</exception>
    public static double TemporalContinuity(IReadOnlyList<double[]> values) => TemporalContinuity(values, _ => true);

    /// <param name="follows">Whether a row is of the day after the row before it: over a gap there is no step.</param>
    /// <inheritdoc cref="TemporalContinuity(IReadOnlyList{double[]})"/>
    /// <exception cref="ArgumentException">Fewer than two rows, or none that follows another.</exception>
    internal static double TemporalContinuity(IReadOnlyList<double[]> values, Func<int, bool> follows)
    {
        AtLeastTwo(values);
        int[] steps = [.. Enumerable.Range(1, values.Count - 1).Where(follows)];
        if (steps.Length == 0)
        {
            throw new ArgumentException("No row follows the one before it.", nameof(follows));
        }

        var pairs = MeanPairDistance(EvenlySpaced(values));
        return pairs > 0 ? 1 - (steps.Average(t => Distance(values[t - 1], values[t])) / pairs) : 0;
    }

    /// <summary>How far apart two regimes are, dimension by dimension: Σ (difference of means)² / (sum of variances). Columns that do not vary within a regime are left out.</summary>
    /// <remarks>As if dimensions were independent: what several of them repeat is counted as often. <see cref="JointFisherRatio"/> does not.</remarks>
    /// <exception cref="ArgumentException">Lengths differ, or a regime has no row.</exception>
    public static double FisherRatio(IReadOnlyList<double[]> values, IReadOnlyList<bool> regime)
    {
        var (inside, outside) = Parted(values, regime);
        var sum = 0.0;
        for (var j = 0; j < values[0].Length; j++)
        {
            var (meanIn, varianceIn) = Moments(inside, j);
            var (meanOut, varianceOut) = Moments(outside, j);
            sum += varianceIn + varianceOut > 0 ? (meanIn - meanOut) * (meanIn - meanOut) / (varianceIn + varianceOut) : 0;
        }

        return sum;
    }

    /// <summary>Fisher's discriminant ratio along the best direction: δᵀ(Σ₁ + Σ₀)⁻¹δ with δ the difference of the means. The same whatever linear map the dimensions go through.</summary>
    /// <exception cref="ArgumentException">Lengths differ, or a regime has no row.</exception>
    public static double JointFisherRatio(IReadOnlyList<double[]> values, IReadOnlyList<bool> regime)
    {
        var (inside, outside) = Parted(values, regime);
        var difference = Mean(inside) - Mean(outside);
        var scatter = Covariance(inside) + Covariance(outside);

        // The pseudo-inverse: dimensions that repeat each other make the sum singular.
        return difference * scatter.PseudoInverse() * difference;
    }

    /// <summary>Mean silhouette of two regimes (Rousseeuw 1987), −1..1: how much nearer a row is to its own regime's rows than to the other's. Euclidean, over the values as they are; a row alone in its regime counts 0.</summary>
    /// <exception cref="ArgumentException">Lengths differ, or a regime has no row.</exception>
    public static double Silhouette(IReadOnlyList<double[]> values, IReadOnlyList<bool> regime)
    {
        Parted(values, regime);
        int[] sizes = [regime.Count(inside => !inside), regime.Count(inside => inside)];
        var sum = 0.0;
        for (var i = 0; i < values.Count; i++)
        {
            var distances = new double[2];
            for (var j = 0; j < values.Count; j++)
            {
                distances[regime[j] ? 1 : 0] += Distance(values[i], values[j]);
            }

            var own = regime[i] ? 1 : 0;
            if (sizes[own] > 1)
            {
                var (within, across) = (distances[own] / (sizes[own] - 1), distances[1 - own] / sizes[1 - own]);
                sum += Math.Max(within, across) > 0 ? (across - within) / Math.Max(within, across) : 0;
            }
        }

        return sum / values.Count;
    }

    /// <summary>Population stability index of a sample against a reference: Σ (s − r) ln(s / r) over the shares in ten bins between the reference's deciles. 0 is the same; beyond 0.25 is commonly called a shift.</summary>
    /// <exception cref="ArgumentException">One of them is empty.</exception>
    public static double PopulationStability(ReadOnlySpan<double> reference, ReadOnlySpan<double> sample)
    {
        if (reference.IsEmpty || sample.IsEmpty)
        {
            throw new ArgumentException("A population stability index needs values on both sides.");
        }

        var sorted = reference.ToArray();
        Array.Sort(sorted);

        // Ties can make deciles equal: one edge stands for all of them.
        double[] edges = [.. Enumerable.Range(1, Bins - 1).Select(decile => sorted[Math.Min(sorted.Length - 1, decile * sorted.Length / Bins)]).Distinct()];
        var (expected, actual) = (Shares(reference, edges), Shares(sample, edges));
        var index = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            index += (actual[i] - expected[i]) * Math.Log(actual[i] / expected[i]);
        }

        return index;
    }

    /// <summary>Spearman's rank correlation, ties sharing their mean rank; 0 where one side is constant.</summary>
    /// <exception cref="ArgumentException">Lengths differ, or there are fewer than two values.</exception>
    public static double RankCorrelation(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.Length != second.Length || first.Length < 2)
        {
            throw new ArgumentException($"A rank correlation needs two series of one length of at least 2; these have {first.Length} and {second.Length}.");
        }

        return Correlation(Ranks(first), Ranks(second));
    }

    /// <summary>Whether features are the same thing in every fold: how far each later fold's values have shifted from the first's, and whether the features that went together still do.</summary>
    /// <param name="folds">Each fold's rows; the same columns in each.</param>
    /// <exception cref="ArgumentException">Fewer than two folds, or one without two rows.</exception>
    public static FeatureStability Stability(IReadOnlyList<IReadOnlyList<double[]>> folds)
    {
        if (folds.Count < 2)
        {
            throw new ArgumentException("Stability across folds needs at least two of them.", nameof(folds));
        }

        foreach (var fold in folds)
        {
            AtLeastTwo(fold);
        }

        var features = folds[0][0].Length;
        double[][] indices = [.. folds.Skip(1).Select(fold => Enumerable.Range(0, features).Select(j => PopulationStability(Column(folds[0], j), Column(fold, j))).ToArray())];
        double[][] structures = [.. folds.Select(PairCorrelations)];
        var correlations =
            from i in Enumerable.Range(0, folds.Count)
            from j in Enumerable.Range(i + 1, folds.Count - i - 1)
            select structures[i].Length < 2 ? 1 : RankCorrelation(structures[i], structures[j]);
        return new FeatureStability(
            indices.Average(fold => fold.Average()),
            indices.Max(fold => fold.Max()),
            correlations.Average());
    }

    /// <summary>Largest difference between what the same rows got in several places (trainer, batch graph, step graph), absolute below 1 and relative above.</summary>
    /// <param name="places">Flat outputs of one length each; the first is the measure.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public static double Disagreement(params IReadOnlyList<double[]> places)
    {
        var worst = 0.0;
        foreach (var place in places)
        {
            if (place.Length != places[0].Length)
            {
                throw new ArgumentException($"One place gave {place.Length} values, another {places[0].Length}.", nameof(places));
            }

            for (var i = 0; i < place.Length; i++)
            {
                worst = Math.Max(worst, Math.Abs(place[i] - places[0][i]) / Math.Max(1, Math.Abs(places[0][i])));
            }
        }

        return worst;
    }

    /// <summary>Variance of the outputs under small noise of the inputs, over their variance from row to row: 0 does not feel the noise, 1 is moved by it as much as by the market.</summary>
    /// <param name="predict">Rows of inputs to rows of outputs.</param>
    /// <param name="noise">Standard deviation of the noise, in standard deviations of each input.</param>
    /// <exception cref="ArgumentException">Fewer than two rows or draws.</exception>
    public static double NoiseSensitivity(Func<IReadOnlyList<double[]>, IReadOnlyList<double[]>> predict, IReadOnlyList<double[]> inputs, double noise, int draws, int seed)
    {
        AtLeastTwo(inputs);
        return NoiseSensitivity(predict, inputs, [.. Enumerable.Range(0, inputs[0].Length).Select(j => noise * Math.Sqrt(Moments(inputs, j).Variance))], draws, seed);
    }

    /// <param name="predict">Rows of inputs to rows of outputs, of each row or of some of them.</param>
    /// <param name="deviations">Standard deviation of each input's noise, in its unit.</param>
    /// <inheritdoc cref="NoiseSensitivity(Func{IReadOnlyList{double[]}, IReadOnlyList{double[]}}, IReadOnlyList{double[]}, double, int, int)"/>
    public static double NoiseSensitivity(Func<IReadOnlyList<double[]>, IReadOnlyList<double[]>> predict, IReadOnlyList<double[]> inputs, double[] deviations, int draws, int seed)
    {
        AtLeastTwo(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 2);
        var random = new Random(seed);
        var drawn = new IReadOnlyList<double[]>[draws];
        for (var draw = 0; draw < draws; draw++)
        {
            drawn[draw] = predict([.. inputs.Select(row => row.Select((value, j) => value + (deviations[j] * Normal(random))).ToArray())]);
        }

        var outputs = drawn[0][0].Length;
        var within = Enumerable.Range(0, drawn[0].Count).Average(row => Enumerable.Range(0, outputs).Sum(j => Moments([.. drawn.Select(draw => draw[row])], j).Variance));
        var exact = predict(inputs);
        var between = Enumerable.Range(0, outputs).Sum(j => Moments(exact, j).Variance);
        return between > 0 ? within / between : 0;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void AtLeastTwo(IReadOnlyList<double[]> values)
    {
        if (values.Count < 2)
        {
            throw new ArgumentException($"There must be at least two rows, but there are {values.Count}.", nameof(values));
        }
    }

    private static (double[][] Inside, double[][] Outside) Parted(IReadOnlyList<double[]> values, IReadOnlyList<bool> regime)
    {
        if (values.Count != regime.Count)
        {
            throw new ArgumentException($"There are {values.Count} rows but {regime.Count} labels.", nameof(regime));
        }

        double[][] inside = [.. values.Where((_, i) => regime[i])];
        double[][] outside = [.. values.Where((_, i) => !regime[i])];
        return inside.Length > 0 && outside.Length > 0
            ? (inside, outside)
            : throw new ArgumentException("Every row is of the same regime; there must be rows of both.", nameof(regime));
    }

    private static (double Mean, double Variance) Moments(IReadOnlyList<double[]> values, int column)
    {
        var mean = values.Average(row => row[column]);
        return (mean, values.Average(row => (row[column] - mean) * (row[column] - mean)));
    }

    private static double Distance(double[] a, double[] b)
    {
        var squares = 0.0;
        for (var j = 0; j < a.Length; j++)
        {
            squares += (a[j] - b[j]) * (a[j] - b[j]);
        }

        return Math.Sqrt(squares);
    }

    private static IReadOnlyList<double[]> EvenlySpaced(IReadOnlyList<double[]> rows) => rows.Count <= MostPairedRows
        ? rows
        : [.. Enumerable.Range(0, MostPairedRows).Select(i => rows[(int)((long)i * rows.Count / MostPairedRows)])];

    private static double MeanPairDistance(IReadOnlyList<double[]> rows)
    {
        var sum = 0.0;
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = i + 1; j < rows.Count; j++)
            {
                sum += Distance(rows[i], rows[j]);
            }
        }

        return sum / (0.5 * rows.Count * (rows.Count - 1));
    }

    private static Vector<double> Mean(double[][] rows) => Vector<double>.Build.Dense(rows[0].Length, j => rows.Average(row => row[j]));

    private static Matrix<double> Covariance(double[][] rows)
    {
        var centred = Matrix<double>.Build.DenseOfRowArrays(rows);
        var mean = Mean(rows);
        for (var i = 0; i < rows.Length; i++)
        {
            centred.SetRow(i, centred.Row(i) - mean);
        }

        return centred.TransposeThisAndMultiply(centred) / rows.Length;
    }

    private static double[] Shares(ReadOnlySpan<double> values, double[] edges)
    {
        var shares = new double[edges.Length + 1];
        foreach (var value in values)
        {
            var at = Array.BinarySearch(edges, value);
            shares[at < 0 ? ~at : at + 1] += 1.0 / values.Length;
        }

        return Array.ConvertAll(shares, share => Math.Max(LeastShare, share));
    }

    private static double[] Ranks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = Enumerable.Range(0, sorted.Length).ToArray();
        Array.Sort(sorted, order);
        var ranks = new double[sorted.Length];
        for (var from = 0; from < sorted.Length;)
        {
            var to = from;
            while (to < sorted.Length && sorted[to] == sorted[from])
            {
                to++;
            }

            for (var i = from; i < to; i++)
            {
                ranks[order[i]] = 0.5 * (from + to - 1);
            }

            from = to;
        }

        return ranks;
    }

    private static double Correlation(double[] a, double[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        var (cross, squaresA, squaresB) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            cross += (a[i] - meanA) * (b[i] - meanB);
            squaresA += (a[i] - meanA) * (a[i] - meanA);
            squaresB += (b[i] - meanB) * (b[i] - meanB);
        }

        return squaresA > 0 && squaresB > 0 ? cross / Math.Sqrt(squaresA * squaresB) : 0;
    }

    private static double[] Column(IReadOnlyList<double[]> rows, int column) => [.. rows.Select(row => row[column])];

    /// <summary>Correlation of each pair of features.</summary>
    private static double[] PairCorrelations(IReadOnlyList<double[]> rows)
    {
        double[][] columns = [.. Enumerable.Range(0, rows[0].Length).Select(j => Column(rows, j))];
        return
        [
            .. from i in Enumerable.Range(0, columns.Length)
               from j in Enumerable.Range(i + 1, columns.Length - i - 1)
               select Correlation(columns[i], columns[j]),
        ];
    }
}
