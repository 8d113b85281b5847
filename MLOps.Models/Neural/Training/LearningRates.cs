namespace MLOps.Models.Neural.Training;

/// <summary>Schedules: the share of the training that is done (0..1) to a factor of the learning rate.</summary>
internal static class LearningRates
{
    public static double Constant(double done) => 1;

    /// <summary>Rises evenly over the first twentieth, then falls to a hundredth along a half cosine (Loshchilov and Hutter 2017, without restarts).</summary>
    public static double WarmUpThenCosine(double done)
    {
        const double WarmUp = 0.05;
        const double Least = 0.01;
        return done < WarmUp
            ? Math.Max(Least, done / WarmUp)
            : Least + ((1 - Least) * 0.5 * (1 + Math.Cos(Math.PI * (done - WarmUp) / (1 - WarmUp))));
    }
}
