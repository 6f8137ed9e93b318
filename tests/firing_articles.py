"""The articles that `firing_examples.py` puts its lines into: clean ones by people, and whole ones by machines.

Every article is a tuple of paragraphs. People, places and events are invented. A language model wrote all of them; WIRE,
LOCAL and POMPOUS were revised until the shipped model did not flag them, so they show that a report
can stay silent, not how often it does.
"""


def _article(text: str) -> tuple[str, ...]:
    """The paragraphs of a text in which blank lines part them and single newlines are only wrapping."""
    return tuple(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


FERRY = _article("""
    PORT ANSEL - The island ferry Saint Orla lost power in one of its two engines on Friday and reached
    Port Ansel two hours late with 61 passengers and nine vehicles, including a hearse, on board. There
    were no injuries.

    Sound Ferries, which operates the service under a contract with the Transport Department, said the
    engine was shut down because of a fuel leak. The coastguard at Castleroy said it had put a lifeboat on
    standby.

    Dougal Mirren, a farmer from Skerrin who was taking sheep to market, told local radio he heard a loud
    bang. "The captain came on and said we had lost an engine but that it was not dangerous," he said.

    The company's only other ferry is being repaired at Brenwick until Nov. 20. Company spokesman Alec
    Torrance said evening sailings have been cancelled until then and passengers can get a refund. The
    Saint Orla, a 1,100-ton vessel built in Norway in 1987, was bought by the company in 2011. It has been
    criticised by islanders, and the islands council said it was out of service for 43 days last winter.

    Ann Leask, a member of the council, said she was going to ask the Transport Minister to look at the
    contract, which is worth 4.3 million pounds a year. The department said it was aware of the incident
    and expected a report from the company. Sound Ferries has 140 employees and carried 212,000 passengers
    in 2014, three percent fewer than the year before.
""")

MATCH = _article("""
    DUNMERE - Dunmere knocked the holders Castleroy out of the County Cup with a 2-1 win after extra time
    at the Mill Ground on Saturday and will play in the semi-finals for the first time since 1974.

    Substitute Ola Lind scored the winner from the edge of the box eight minutes into extra time. It was a
    first goal since August for the 31-year-old Dane, who came on for Joe Hargreaves with 20 minutes left.

    Castleroy went ahead after 15 minutes when Stefan Brandt scored from the penalty spot after keeper Ian
    Pell was judged to have fouled Marcus Ide. The home side were level just after the break through a
    Neil Carey own goal. Brandt and Ide both hit the bar for Castleroy, who were down to 10 men from the
    88th minute when Tony Marsh got his second yellow card.

    "We are delighted but I thought they were the better side," said Dunmere manager Rosa Teale, who took
    over in June after Colin Bright left for Brenwick Town. Castleroy boss Phil Dacre said referee Alan
    Frith was wrong to send Marsh off and the club would appeal.

    Castleroy have not won away from home since December. Dunmere, 11th in the Western League, will be
    without defender Lee Purvis for the next round because of suspension. The Football Association said on
    Sunday it would be looking at reports that coins were thrown at a linesman. The semi-finals will be
    played on April 4 and 5 and the final is at Halden on May 9.
""")

PLANNING = _article("""
    HALDEN - Councillors have rejected plans for 220 houses on the former Marl Lane brickworks for the
    third time, against the advice of their own officers.

    Halden Borough Council's planning committee voted 7-5 against the application by Marl Homes late on
    Tuesday after a meeting which lasted more than four hours. About 90 people were in the public gallery.
    The site has been empty since the brickworks closed in 1998.

    Councillor Bea Ruddock, a Liberal Democrat who represents the Clay Lane ward, said the road was at
    a standstill in the mornings. "People in this ward have been saying no to this for 10 years
    and nobody has been listening to them," she said. Committee chairman Ken Stott, a Conservative, voted
    in favour and said the council faced a bill for legal costs if there is an appeal.

    Marl Homes had cut the number of houses from 310 and offered 1.2 million pounds towards a new
    junction. A company spokesman said it was "very disappointed" by the vote and was considering an
    appeal to the Planning Inspectorate. The Labour group on the council said more than 1,100 families in
    the borough were on the waiting list for a council house.

    A first application was refused in 2016 because of great crested newts, a protected species. The newts
    were moved to a pond at Weston, according to a report by council officers. An appeal was dismissed in
    2017 and a second application was withdrawn in 2020. The county council's highways department and the
    Environment Agency did not object to the plans.
""")

ORCHARD = _article("""
    LORNACH - Up to a third of this year's cider apple crop has been left on the ground in the Lornach
    area after the main buyer cancelled its contracts, the growers' association said.

    Orchard Vale, which was bought in April by the drinks company Pallister Group Plc, told 31 growers in
    September that it would not take their fruit this year. Pallister said in a statement that it now
    makes its cider from imported concentrate because of lower prices. It said 23 jobs had been lost at
    the Lornach plant.

    Tam Skerritt, who has 40 acres of trees at Nether Marl, said he had about 90 tons of apples he could
    not sell. He said other buyers were offering 30 pounds a ton against 142 pounds last year. "You can't
    get them picked for that money," he said.

    Nine growers have set up a cooperative and want to reopen the old village press, which closed in 2004.
    The cooperative has applied for a government grant of 65,000 pounds. The Agriculture Ministry said it
    does not comment on individual applications.

    The county produced 14,600 tons of cider apples last year against 17,900 tons in 2015, according to
    government figures. Most of the crop is the Dabinett variety. About 10 percent is a local variety,
    Hangdown. The National Farmers' Union said it was taking legal advice on behalf of its members, some
    of whom had contracts until 2030. Pallister shares were unchanged at 214 pence.
""")

WATER = _article("""
    BRENWICK - About 2,000 homes in the north of Brenwick were still without water on Wednesday night
    after a main burst under Station Road for the second time in nine days.

    Brenwick Water said it hoped to restore supplies by noon on Thursday. The 18-inch main, which was laid
    in 1931, burst shortly before 5 a.m. and flooded the road and eight basements, the fire service said.
    Two schools, St. Brannoc's and Friary Juniors, were closed.

    The company's regional manager, Piet Noor, said the main had been mended with a temporary clamp after
    the first burst, on Nov. 3. A permanent repair was to have been made in the school holidays, when the
    road could be closed. He declined to say if the council had been asked to close it sooner.

    Bottled water was handed out at the leisure centre but ran out by 4 p.m. Noor said another lorry was
    on its way from Lornach and that customers over 75 who were on the company's register would have water
    delivered. Huda Kassim, 38, whose flat was flooded both times, said: "They told me it was fixed. They
    put it in a letter."

    Customers will receive 30 pounds for each 24 hours without water. Businesses must apply in writing.
    The member of parliament for Brenwick, Graham Tull, said he had asked for a meeting with the company.
    A water industry regulator's report last year said Brenwick Water lost 21 percent of its supply in
    leaks.
""")

NON_NATIVE = _article("""
    In our village since two years we have a library which is inside of an old bus. It was the idea of my
    cousin Petar, who is driver, and who said that the bus is anyway standing there and nobody wants to buy
    it.

    There are 1,400 books, most of them was given by people from the city when they have moved. I must say
    that not all are good: we have eleven times the same book about how to repair a tractor, and the tractor
    of this type does not exist here.

    On Wednesdays come the children from the school. They are sitting in the driver's place one after other,
    this is the most important thing, and then they take a book. The teacher told me it is the only hour of
    the week when she hears nothing.

    In winter it is a problem with the heating. We have asked the municipality for 300 euros and they answered
    that the bus is not a building. So now we read with the coat.
""")

POMPOUS = _article("""
    I have never liked the municipal litter bin and I said so in this column in 2003, when the
    present pattern was brought in, and I had a good many letters at the time, including one from a
    gentleman in the trade at Wolverhampton who supposed that my detestation was facetious.

    However I am bound to say that the Council's scheme to remove 40 of them, to save £11,000 a
    year, is a piece of pusillanimity, and I went along on Monday night (it was raining, and there
    is still nowhere to park behind the Town Hall) to hear it debated. It went through on the nod
    with the minutes of the Cemeteries sub-committee and not a single Conservative member got up,
    though I had been told by two of them on the Saturday that they would.

    On the Sunday I had counted 212 chip papers between the bandstand and the pier, and that was
    with the bins.

    Alderman Prewitt, that indefatigable economist, whom I have known for thirty years and who is in
    private life a most affable man and a very fair bowler, told the Committee that if there were no
    bins people would take their rubbish home with them as he understands they do in Japan.
    Poppycock. I have not been to Japan and neither so far as I am aware has the Alderman, but I
    have been to Castleroy, where the same thing was done two years ago on the same sort of
    rodomontade, and complaints went up by 40 per cent.
""")

WIRE = _article("""
    PORT ELVEN, Nov 14 (Regional Press) - A passenger ferry with 412 people on board was towed into
    Port Elven on Friday after losing power in one of its two engines in rough seas, the coastguard
    and the operator said.

    No injuries were reported among the 371 passengers and 41 crew of the Sund Princess, which
    belongs to Outer Isles Line. Four passengers were treated for seasickness.

    The 6,800-tonne ferry left Karrow at 6:15 a.m. (0515 GMT) on a scheduled crossing to Port Elven
    and was about 14 nautical miles west of Skell Head when the port engine shut down shortly after
    8 a.m., coastguard spokesman Jan Tervik said. Winds were gusting up to 50 knots at the time.

    "The captain decided to ask for a tow as a precaution as he was not able to hold the course with
    one engine," Tervik said.

    The tug Hardy and a lifeboat from Skell were sent to the scene, and a coastguard helicopter was
    put on standby. The vessel reached Port Elven at 2:40 p.m., more than five hours late.

    Outer Isles Line said in a statement that a problem with the fuel supply appeared to have caused
    the engine to stop. It said the ferry would be out of service until at least Tuesday and that
    passengers would be offered a refund or another sailing.

    Passenger Elin Marsk, 34, said people had been told to put on life jackets and wait in the
    lounges on deck five. "We were not told much for the first hour," she told local radio.

    The Sund Princess, built in 1994, was last in dry dock in February. It lost power in the same
    engine in August last year off Karrow but was able to return to port on its own.

    The Maritime Safety Board said it had sent two inspectors to Port Elven. Outer Isles Line
    carried 1.3 million passengers last year and operates five vessels.
""")

LOCAL = _article("""
    MORE than 600 homes in Tarnley were left without water on Tuesday after a main burst in Mill
    Lane.

    The 12-inch main, which is thought to date from the 1930s, gave way at about 5.20am near the
    junction with Chapel Street. Water was up to two feet deep in places and the road was closed
    between the Co-op and the railway bridge.

    Firefighters from Tarnley and Oxby pumped out the cellars of nine houses and the Wheatsheaf
    public house. An elderly couple in Chapel Street, Mr and Mrs Ronald Peel, were taken to stay
    with relatives.

    North Dales Water said supplies were restored to most customers by 2pm but some properties in
    the Highfield area had low pressure until the evening. Bottled water was handed out at the
    Methodist Hall.

    St Aidan's Primary School, which has 214 pupils, was closed for the day and will reopen today
    (Thursday). Buses on the 34 and 34A routes were diverted via Station Road.

    Mrs Jean Allott, who has lived in Mill Lane for 31 years, said it was the third burst there
    since 2009. "They come and patch it up and then it goes again," she said. "My carpets are ruined
    and I have only just had them down."

    Cllr David Senior (Lab, Tarnley South) said he would be asking for a meeting with the company.
    He said: "This main should have been replaced years ago and residents have been told more than
    once that it was in the programme."

    A spokesman for North Dales Water said: "We would like to apologise to customers for any
    inconvenience caused. Our engineers were on site within 40 minutes of the burst being reported
    and a 15ft section of pipe has been replaced. Any customer whose property has been damaged
    should contact us on our helpline."

    Mill Lane is expected to stay shut until the weekend while the surface is repaired. Work to
    replace 800 metres of main in Mill Lane and Chapel Street is due to start next spring, the
    company said.
""")

MACHINE = (
    _article("""
    In a significant development for the coastal community, officials in Port Ansel have announced a
    comprehensive plan to modernize the town's aging ferry terminal, marking a crucial step toward a more
    resilient future.

    The initiative, which is expected to cost approximately 12 million crowns, aims to address longstanding
    concerns about safety, accessibility, and efficiency. According to officials, the project will play a
    vital role in enhancing connectivity and fostering economic growth across the region.

    "This project is about more than just infrastructure," said harbor director Lena Ostrom. "It's about
    investing in our people, our future, and the values that bring us together."

    The decision has sparked a range of reactions among residents. While some have praised the plan as a
    much-needed investment, others have expressed concerns about its potential impact on local businesses and
    the environment.

    Experts emphasize that projects of this kind require careful planning and collaboration among
    stakeholders. The plan underscores the importance of balancing progress with preservation, highlighting
    the delicate interplay between tradition and innovation.
"""),
    _article("""
    For years, the bakers of Brenwick have risen before dawn. Now, a quiet revolution is reshaping their
    craft, and it's not about technology. It's about time.

    Across the city, a growing number of bakeries are embracing slow fermentation, a method that trades speed
    for depth of flavor. The shift reflects a broader trend, one in which consumers are seeking not just
    bread, but meaning.

    “It's not just food. It's memory, it's patience, it's community,” says Aron Vey, who opened his bakery in
    2019. His words echo a sentiment shared by many in a landscape increasingly defined by convenience.

    The numbers tell a compelling story. Demand for sourdough has risen steadily, fueled by health-conscious
    shoppers and a renewed appreciation for authenticity. Yet the path forward isn't without challenges:
    rising energy costs, labor shortages, and shifting tastes all loom large.

    Still, for Vey and his peers, the work is its own reward. In an age of instant gratification, their loaves
    stand as a testament to the enduring power of slowing down.
"""),
    _article("""
    Authorities in the city of Halden have arrested three individuals in connection with a series of
    burglaries that left residents shaken and businesses counting their losses, officials confirmed on
    Tuesday.

    The suspects, whose identities have not been disclosed, were apprehended following a meticulous
    investigation that spanned several weeks. Authorities were able to recover a significant amount of stolen
    property, including electronics, jewelry, and cash.

    In a statement, Police Chief Marcus Tarn commended the dedication of the officers involved, emphasizing
    the department's unwavering commitment to ensuring public safety. He further urged residents to remain
    vigilant and to report any suspicious activity.

    The arrests come amid growing concerns over rising property crime in the region. Community leaders have
    called for increased collaboration between law enforcement and residents in order to address the root
    causes of the issue.

    The investigation remains ongoing, and authorities have not ruled out the possibility of further arrests.
    As the case unfolds, many residents are hopeful that the development will bring a renewed sense of
    security to the community.
"""),
)

SPUN = (
    _article("""
    The owner of the restaurant in Brenwick stated that after the water flooded the kitchen twice, she did
    not know when the door could be opened again.

    Huda Kassim, 38, established the restaurant with her sister. She said: "I came down from the stairs
    and the water had reached my knees. The refrigerator was floating in the room. I immediately cried,
    but my sister is laughing because she did not know what else can be done." The fire brigade has pumped
    the water for six hours.

    The water company explained that the pipe was very old, and the first repair was only temporary. The
    spokesman apologized to the residents for the inconvenience and said that the engineers have now
    replaced the damaged part. "We understand the anger of the people, and we will carry out the
    compensation as soon as possible," he added.

    However, Ms. Kassim does not believe in this statement. "They told me that it had been repaired. I
    have received the letter, and the letter is in my bag," she said. "If the insurance does not pay the
    money, I will not be able to continue. The staff are like my family, and I do not want to let them go
    home."

    The neighbors collected the clothes and the toys for her children. The school allows them to stay in
    the classroom until the evening. The council said that it is considering the closure of the road in
    order to replace the pipe.
"""),
    _article("""
    A lady who reclaimed a hound from the icy brook near Halden has been lauded by the firefighter crews
    who came to assisting her. Moira Stokes, 67, was strolling on the towpath when she overheard the
    animals wailing under the viaduct.

    "I did not reflect about it, I merely jumping in," she avowed. "The water was awfully chilly and I
    could not sentiment my feets. The unlucky thing was gazing at me and I reckoned, if I let go of him he
    is going to submerged. I am not a gallant person. I am frightened of everything, inquire my spouse."

    Witnesses said the couples were in the river for about twenty mins before a passing fisher hurled them
    a cable. The firemen carted Mrs Stokes to the bank and draped her in a quilts. Crew manager Neil
    Abbott indicated: "She was extremely fortunate. We would exhort the audience not to go in the waters,
    however much they adores the dog. Appeal us and we will coming."

    The mutt, a brunette terrier named Biscuits, had fled from a yard in the hamlet two weeks formerly.
    Its holder, Jack Tull, 11, was reunion with it at the veterinary hospitals. "I thinking he was died,"
    he told. "He is smelly but I am so jubilant. I have gave the lady my chocolates."
"""),
    _article("""
    The kids of the elementary academy in Lornach were no longer permitted to play with the ball in the
    courtyard because they crushed the window of the neighbour, the principal declared.

    Joan Maddox wrote to the families that the resolution was not uncomplicated. "We have received a lot
    of grievances, and I am optimistic that the kids can comprehend it," the message reads. In the future,
    they can use the skipping cord and the soft ball. The school also cannot afford the cost of the
    crystal again.

    The fathers and the mothers are very furious. Lee Purvis, the daddy of the two boys, said: "This is
    ludicrous. When I was young, we played with the ball in the street, and nobody was wounded. Now my son
    sits on the wall and looks at the mobile phone. I have told the principal what I think, and she told
    me to fill in the form."

    The neighbour, who did not want to reveal the name, said that he has resided near the school for 30
    years and he adores the voice of the kids. "But this is the fifth window. I was sipping the tea, and
    the ball arrived on the table," he clarified. "I am not the adversary of the sport. I only want that
    they raise the fence."

    The education bureau replied that the height of the fence is the matter of the school.
"""),
)
