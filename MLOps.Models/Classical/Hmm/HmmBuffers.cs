namespace MLOps.Models.Classical.Hmm;

/// <summary>Room that iteration after iteration uses again: for twenty years of days each array is a large object, and thousands of them cost more than the arithmetic.</summary>
internal sealed class HmmBuffers(int days, int states)
{
    public double[] Filtered { get; } = new double[days * states];

    public double[] Ratio { get; } = new double[days * states];

    public double[] Beta { get; } = new double[days * states];

    public double[] Smoothed { get; } = new double[days * states];

    public double[] Scales { get; } = new double[days];

    public double[] Offsets { get; } = new double[days];
}
