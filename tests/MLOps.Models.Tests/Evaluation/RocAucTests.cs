using MLOps.Models.Evaluation;

namespace MLOps.Models.Tests.Evaluation;

public sealed class RocAucTests
{
    [Fact]
    public void Of_RankedAndTiedScores_CountsPairs()
    {
        Assert.Equal(1, RocAuc.Of([0.1, 0.2, 0.8, 0.9], [false, false, true, true]));
        Assert.Equal(0, RocAuc.Of([0.9, 0.1], [false, true]));
        Assert.Equal(0.5, RocAuc.Of([3, 3, 3], [false, true, false]));

        // Pairs of a positive and a negative: 0.4>0.1, 0.4=0.4, 0.7>0.1, 0.7>0.4.
        Assert.Equal(3.5 / 4, RocAuc.Of([0.1, 0.4, 0.4, 0.7], [false, false, true, true]));
        Assert.Equal(double.NaN, RocAuc.Of([1, 2], [true, true]));
    }
}
