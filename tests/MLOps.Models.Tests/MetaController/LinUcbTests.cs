using MLOps.Models.Classical.MetaController;

namespace MLOps.Models.Tests.MetaController;

public sealed class LinUcbTests
{
    /// <summary>The first two rounds by hand: each arm learns from its half of the first round, with the context (1, ½, ½).</summary>
    [Fact]
    public void Update_FirstRound_ChoosesTheLargestUpperBound()
    {
        var bandit = new LinUcb(2, 0, 1);
        Assert.Equal(0.6, bandit.Update([0.2, 1]), 1e-15);
        Assert.Equal([1.0, 0], bandit.Weights);

        // Without credit for what is not known it stays with the arm that pays; the other one's reward was nothing.
        Assert.Equal(0.3, bandit.Update([0.3, 0]), 1e-15);
        Assert.Equal([1.0, 0], bandit.Weights);
    }

    /// <summary>With credit for what is not known every arm is tried, and the best is then kept to.</summary>
    [Fact]
    public void Update_SteadyArms_TriesAllAndStaysWithTheBest()
    {
        var bandit = new LinUcb(5, 1, 1);
        double[] losses = [0.9, 0.8, 0.2, 0.7, 0.9];
        var tried = new HashSet<int>();
        var late = 0;
        for (var round = 0; round < 2000; round++)
        {
            bandit.Update(losses);
            var arm = bandit.Weights.ToList().IndexOf(1);
            tried.Add(arm);
            late += round >= 1000 && arm == 2 ? 1 : 0;
        }

        Assert.Equal(5, tried.Count);
        Assert.Equal(1000, late);
    }

    /// <summary>An arm that becomes worse is left.</summary>
    [Fact]
    public void Update_ArmsExchangeLosses_FollowsTheBetter()
    {
        var bandit = new LinUcb(2, 1, 1);
        var right = 0;
        for (var round = 0; round < 4000; round++)
        {
            var first = round < 2000;
            bandit.Update(first ? [0.1, 0.9] : [0.9, 0.1]);
            right += round >= 3000 && bandit.Weights[1] == 1 ? 1 : 0;
        }

        Assert.InRange(right, 990, 1000);
    }

    [Fact]
    public void Update_LossOutsideTheRange_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new LinUcb(2, 1, 1).Update([0.5, 2]));
}
