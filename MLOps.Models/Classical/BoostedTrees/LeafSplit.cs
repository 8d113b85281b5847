namespace MLOps.Models.Classical.BoostedTrees;

/// <param name="Bin">Last bin that goes left.</param>
/// <param name="Gain">Fall of the loss, in the quadratic approximation.</param>
internal readonly record struct LeafSplit(int Feature, int Bin, double Gain);
