namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>Grows one tree leaf by leaf, always splitting where the loss falls most (Friedman 2001; histograms and second-order gains as in Chen and Guestrin 2016, leaf-wise growth as in Ke et al. 2017).</summary>
internal sealed class TreeGrower(BinnedFeatures data, BoostingSettings settings)
{
    private const int Stride = 256;

    /// <param name="gradients">First derivative of each row's loss by its log-odds.</param>
    /// <param name="curvatures">Second derivative, above 0.</param>
    /// <param name="rows">Rows to grow on.</param>
    /// <param name="features">Features that may decide, ascending.</param>
    public RegressionTree Grow(double[] gradients, double[] curvatures, int[] rows, int[] features)
    {
        var nodes = new List<TreeNode> { default };
        var leaves = new List<GrowingLeaf> { Leaf(0, rows, gradients, curvatures, features) };
        while (leaves.Count < settings.Leaves && leaves.Where(leaf => leaf.Best is not null).MaxBy(leaf => leaf.Best!.Value.Gain) is { } widest)
        {
            leaves.Remove(widest);
            leaves.AddRange(Split(widest, nodes, gradients, curvatures, features));
        }

        foreach (var leaf in leaves)
        {
            nodes[leaf.Node] = TreeNode.Leaf((float)(-settings.LearningRate * leaf.Gradient / (leaf.Curvature + settings.L2)));
        }

        return new RegressionTree(nodes);
    }

    private IEnumerable<GrowingLeaf> Split(GrowingLeaf leaf, List<TreeNode> nodes, double[] gradients, double[] curvatures, int[] features)
    {
        var split = leaf.Best!.Value;
        var (left, right) = (nodes.Count, nodes.Count + 1);
        nodes[leaf.Node] = new TreeNode(split.Feature, data.Edges[split.Feature][split.Bin], left, right, 0);
        nodes.AddRange([default, default]);
        var (leftRows, rightRows) = Part(leaf.Rows, split);

        // The sums of the larger part are those of the whole without the smaller.
        var isLeftSmaller = leftRows.Length <= rightRows.Length;
        var smaller = Leaf(isLeftSmaller ? left : right, isLeftSmaller ? leftRows : rightRows, gradients, curvatures, features);
        var larger = Rest(leaf, smaller, isLeftSmaller ? right : left, isLeftSmaller ? rightRows : leftRows, features);
        return isLeftSmaller ? [smaller, larger] : [larger, smaller];
    }

    private (int[] Left, int[] Right) Part(int[] rows, LeafSplit split)
    {
        var bins = data.Column(split.Feature);
        var (left, right) = (new List<int>(), new List<int>());
        foreach (var row in rows)
        {
            (bins[row] <= split.Bin ? left : right).Add(row);
        }

        return ([.. left], [.. right]);
    }

    private GrowingLeaf Leaf(int node, int[] rows, double[] gradients, double[] curvatures, int[] features)
    {
        var (first, second) = (new double[data.Count * Stride], new double[data.Count * Stride]);
        foreach (var feature in features)
        {
            var bins = data.Column(feature);
            foreach (var row in rows)
            {
                first[(feature * Stride) + bins[row]] += gradients[row];
                second[(feature * Stride) + bins[row]] += curvatures[row];
            }
        }

        return WithBest(new GrowingLeaf(node, rows, first, second) { Gradient = rows.Sum(row => gradients[row]), Curvature = rows.Sum(row => curvatures[row]) }, features);
    }

    private GrowingLeaf Rest(GrowingLeaf whole, GrowingLeaf part, int node, int[] rows, int[] features)
    {
        var (first, second) = (new double[whole.Gradients.Length], new double[whole.Gradients.Length]);
        for (var i = 0; i < first.Length; i++)
        {
            first[i] = whole.Gradients[i] - part.Gradients[i];
            second[i] = whole.Curvatures[i] - part.Curvatures[i];
        }

        return WithBest(new GrowingLeaf(node, rows, first, second) { Gradient = whole.Gradient - part.Gradient, Curvature = whole.Curvature - part.Curvature }, features);
    }

    private GrowingLeaf WithBest(GrowingLeaf leaf, int[] features)
    {
        foreach (var feature in features)
        {
            SeekIn(leaf, feature);
        }

        return leaf;
    }

    private void SeekIn(GrowingLeaf leaf, int feature)
    {
        var (gradient, curvature) = (0.0, 0.0);
        for (var bin = 0; bin < data.Edges[feature].Length; bin++)
        {
            gradient += leaf.Gradients[(feature * Stride) + bin];
            curvature += leaf.Curvatures[(feature * Stride) + bin];
            var rest = leaf.Curvature - curvature;
            if (curvature < settings.MinimumWeight || rest < settings.MinimumWeight)
            {
                continue;
            }

            var gain = 0.5 * (Score(gradient, curvature) + Score(leaf.Gradient - gradient, rest) - Score(leaf.Gradient, leaf.Curvature));
            if (gain > (leaf.Best?.Gain ?? BoostingSettings.SmallestGain))
            {
                leaf.Best = new LeafSplit(feature, bin, gain);
            }
        }
    }

    private double Score(double gradient, double curvature) => gradient * gradient / (curvature + settings.L2);
}
