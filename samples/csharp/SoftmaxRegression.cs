namespace MLOps.Samples.Training;

/// <summary>Multinomial logistic regression by stochastic gradient descent.</summary>
internal sealed class SoftmaxRegression(int features, int classes, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>[features, classes].</summary>
    public double[,] Weights { get; } = new double[features, classes];

    /// <summary>[classes].</summary>
    public double[] Bias { get; } = new double[classes];

    /// <summary>One pass over the days in a new order.</summary>
    /// <returns>Mean log-loss, each day's before its step.</returns>
    public double TrainEpoch(IReadOnlyList<LabelledDay> days, double learningRate, int batchSize)
    {
        var order = Enumerable.Range(0, days.Count).ToArray();
        _random.Shuffle(order);
        var loss = 0.0;
        foreach (var batch in order.Chunk(batchSize))
        {
            var errors = batch.Select(i => (Day: days[i], Probabilities: Probabilities(days[i].Features))).ToArray();
            foreach (var (day, probabilities) in errors)
            {
                loss -= Math.Log(probabilities[day.Regime]);
                for (var k = 0; k < classes; k++)
                {
                    var step = learningRate / batch.Length * (probabilities[k] - (k == day.Regime ? 1 : 0));
                    Bias[k] -= step;
                    for (var f = 0; f < features; f++)
                    {
                        Weights[f, k] -= step * day.Features[f];
                    }
                }
            }
        }

        return loss / days.Count;
    }

    public double LogLoss(IReadOnlyList<LabelledDay> days) => -days.Average(day => Math.Log(Probabilities(day.Features)[day.Regime]));

    private double[] Probabilities(float[] x)
    {
        var logits = Enumerable.Range(0, classes).Select(k => Bias[k] + x.Select((value, f) => value * Weights[f, k]).Sum()).ToArray();
        var largest = logits.Max();
        var exponentials = Array.ConvertAll(logits, logit => Math.Exp(logit - largest));
        var sum = exponentials.Sum();
        return Array.ConvertAll(exponentials, value => value / sum);
    }
}
