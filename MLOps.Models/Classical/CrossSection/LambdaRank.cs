namespace MLOps.Models.Classical.CrossSection;

/// <summary>A linear ranker by LambdaRank (Burges, Ragno and Le 2006): of every two assets in the wrong order the better one is pushed up, by as much as exchanging them would change the NDCG.</summary>
internal static class LambdaRank
{
    /// <summary>Quintiles of later returns are the grades 0 to 4.</summary>
    private const int Grades = 5;

    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;

    /// <param name="sections">Standardised features and later returns of each day.</param>
    /// <param name="start">Weights to begin with: with none, every asset would have the same score and the order of the columns would decide.</param>
    /// <param name="epoch">Hears number and mean NDCG of every epoch; may throw to cancel.</param>
    public static double[] Fit(
        IReadOnlyList<(double[][] Features, double[] Forward)> sections, double[] start, int epochs, double learningRate, double penalty, Action<int, double> epoch)
    {
        var weights = (double[])start.Clone();
        var grades = sections.Select(section => GradesOf(section.Forward)).ToArray();
        var (first, second) = (new double[weights.Length], new double[weights.Length]);
        for (var e = 1; e <= epochs; e++)
        {
            var gradient = Array.ConvertAll(weights, weight => -penalty * weight);
            var ndcg = 0.0;
            for (var s = 0; s < sections.Count; s++)
            {
                ndcg += Push(sections[s].Features, grades[s], weights, gradient, 1.0 / sections.Count) / sections.Count;
            }

            Ascend(weights, gradient, first, second, learningRate, e);
            epoch(e, ndcg);
        }

        return weights;
    }

    /// <summary>Grade 4 is the best fifth; ties have one grade.</summary>
    internal static int[] GradesOf(double[] forward)
    {
        var ranks = RankCorrelation.Ranks(forward);
        return Array.ConvertAll(ranks, rank => Math.Min(Grades - 1, (int)((rank - 0.5) * Grades / ranks.Length)));
    }

    /// <summary>Adds one day's lambdas to the gradient and gives its NDCG.</summary>
    private static double Push(double[][] features, int[] grades, double[] weights, double[] gradient, double share)
    {
        var scores = CrossSection.Score(features, weights);
        var discounts = Discounts(scores);
        var ideal = grades.OrderDescending().Select((grade, place) => Gain(grade) / Math.Log2(place + 2)).Sum();
        if (ideal == 0)
        {
            return 1;
        }

        for (var i = 0; i < grades.Length; i++)
        {
            for (var j = 0; j < grades.Length; j++)
            {
                if (grades[i] > grades[j])
                {
                    var exchange = Math.Abs((Gain(grades[i]) - Gain(grades[j])) * (discounts[i] - discounts[j])) / ideal;
                    var lambda = share * exchange / (1 + Math.Exp(scores[i] - scores[j]));
                    for (var f = 0; f < gradient.Length; f++)
                    {
                        gradient[f] += lambda * (features[i][f] - features[j][f]);
                    }
                }
            }
        }

        return grades.Select((grade, i) => Gain(grade) * discounts[i]).Sum() / ideal;
    }

    private static double[] Discounts(double[] scores)
    {
        var discounts = new double[scores.Length];
        var place = 0;
        foreach (var i in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]))
        {
            discounts[i] = 1 / Math.Log2(place++ + 2);
        }

        return discounts;
    }

    private static double Gain(int grade) => (1 << grade) - 1;

    /// <summary>A step of Adam (Kingma and Ba 2015).</summary>
    private static void Ascend(double[] weights, double[] gradient, double[] first, double[] second, double learningRate, int step)
    {
        for (var f = 0; f < weights.Length; f++)
        {
            first[f] = (FirstDecay * first[f]) + ((1 - FirstDecay) * gradient[f]);
            second[f] = (SecondDecay * second[f]) + ((1 - SecondDecay) * gradient[f] * gradient[f]);
            var (mean, variance) = (first[f] / (1 - Math.Pow(FirstDecay, step)), second[f] / (1 - Math.Pow(SecondDecay, step)));
            weights[f] += learningRate * mean / (Math.Sqrt(variance) + 1e-8);
        }
    }
}
